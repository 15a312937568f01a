import { useEffect, useState, type ReactNode } from 'react'
import { JobPanel, useJobSSE, visibleName, type Job, type WatchedJob } from '@jobcast/react'
import { isFinal } from '@jobcast/react/core'
import { ApiError, messageOf, requestJson } from '../shared/api.js'
import type { FileList } from './file-list.js'
import { GoneCard } from './GoneCard.js'
import type { KeptJob } from './kept-jobs.js'
import { usePaused } from './paused-handlers.js'
import { RemoveButton } from './RemoveButton.js'
import { ResultPreview } from './ResultPreview.js'

interface JobCardProps {
  entryKey: string
  /** As it was last written down: shown until the server tells more. */
  job: KeptJob
  list: FileList
  onRemoved: () => void
}

export function JobCard({ entryKey, job: kept, list, onRemoved }: JobCardProps) {
  const live = useJobSSE({ id: kept.id, enabled: !kept.gone })
  const job = live.job ?? kept
  // Nothing more will come, and there is no job.
  const gone = kept.gone ?? (live.phase === 'closed' && !live.job)
  useEffect(() => {
    if (live.job) list.noteJob(entryKey, live.job)
    if (gone) list.noteGone(entryKey)
  }, [list, entryKey, live.job, gone])
  useLookAgain(live, isFinal(job.status) && !gone)

  const remove = (
    <RemoveButton
      filename={job.filename}
      onRemove={() => {
        list.remove(entryKey)
        onRemoved()
      }}
    />
  )
  return gone ? (
    <GoneCard filename={job.filename} actions={remove} />
  ) : (
    <PresentCard job={job} live={live} remove={remove} />
  )
}

/** A job that has ended is not watched any more, but may be deleted: that is found out when the page is looked at. */
function useLookAgain({ refetch }: WatchedJob, ended: boolean): void {
  useEffect(() => {
    if (!ended) return
    const look = () => {
      if (!document.hidden) refetch()
    }
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [refetch, ended])
}

function PresentCard({ job, live, remove }: { job: Job; live: WatchedJob; remove: ReactNode }) {
  const [previewed, setPreviewed] = useState(false)
  const [trouble, setTrouble] = useState<string | null>(null)

  const steer = async (action: 'retry' | 'cancel') => {
    setTrouble(null)
    try {
      await requestJson(`/api/jobs/${job.id}/${action}`, { method: 'POST' })
      // A job that had ended is not watched any more.
      live.refetch()
    } catch (error) {
      setTrouble(steerTrouble(error))
      if (error instanceof ApiError && error.status === 404) live.refetch()
    }
  }

  const completed = job.status === 'completed'
  const paused = usePaused(job.kind, job.status === 'pending')
  return (
    <div className="card">
      <JobPanel
        job={paused ? { ...job, status_description: 'Paused: waits until it is resumed' } : job}
        name={job.filename}
        error={live.error}
        phase={live.phase}
        actions={
          <div className="actions">
            {completed && (
              <ResultActions job={job} previewed={previewed} onPreview={() => setPreviewed(!previewed)} />
            )}
            <SteerAction job={job} onSteer={(action) => void steer(action)} />
            {remove}
          </div>
        }
      />
      <p className="card-trouble" role="alert">
        {trouble}
      </p>
      {completed && previewed && (
        <div className="card-preview">
          <ResultPreview address={resultAddress(job)} filename={job.filename} />
        </div>
      )}
    </div>
  )
}

function SteerAction({ job, onSteer }: { job: Job; onSteer: (action: 'retry' | 'cancel') => void }) {
  if (job.status === 'completed') return null
  const open = job.status === 'pending' || job.status === 'processing'
  return (
    <button
      type="button"
      className="button"
      aria-label={`${open ? 'Cancel' : 'Retry'} the processing of ${visibleName(job.filename)}`}
      onClick={() => onSteer(open ? 'cancel' : 'retry')}
    >
      {open ? 'Cancel' : 'Retry'}
    </button>
  )
}

interface ResultActionsProps {
  job: Job
  previewed: boolean
  onPreview: () => void
}

function ResultActions({ job, previewed, onPreview }: ResultActionsProps) {
  const address = resultAddress(job)
  const name = visibleName(job.filename)
  return (
    <>
      <button
        type="button"
        className="button"
        aria-expanded={previewed}
        aria-label={`Preview the text of ${name}`}
        onClick={onPreview}
      >
        Preview
      </button>
      <a
        className="button"
        href={address}
        target="_blank"
        rel="noopener"
        aria-label={`View the text of ${name}`}
      >
        View
      </a>
      <a
        className="button"
        href={address}
        download={`${job.filename}.txt`}
        aria-label={`Download the text of ${name}`}
      >
        Download
      </a>
    </>
  )
}

function resultAddress(job: Job): string {
  return `/api/jobs/${encodeURIComponent(job.id)}/result`
}

function steerTrouble(error: unknown): string {
  if (error instanceof ApiError && error.unauthorized) {
    return 'Only an administrator may do this: sign in on the dashboard first.'
  }
  return messageOf(error)
}
