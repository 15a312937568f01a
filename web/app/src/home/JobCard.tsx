import { useEffect, useState } from 'react'
import { JobPanel, useJobSSE, type Job } from '@jobcast/react'
import { ApiError, messageOf, requestJson } from '../shared/api.js'
import type { FileList } from './file-list.js'
import { RemoveButton } from './RemoveButton.js'
import { ResultPreview } from './ResultPreview.js'

interface JobCardProps {
  entryKey: string
  /** As it was last written down: shown until the server tells more. */
  job: Job
  list: FileList
  onRemoved: () => void
}

export function JobCard({ entryKey, job: kept, list, onRemoved }: JobCardProps) {
  const live = useJobSSE({ id: kept.id })
  const job = live.job ?? kept
  const [previewed, setPreviewed] = useState(false)
  const [trouble, setTrouble] = useState<string | null>(null)
  useEffect(() => {
    if (live.job) list.noteJob(entryKey, live.job)
  }, [list, entryKey, live.job])

  const steer = async (action: 'retry' | 'cancel') => {
    setTrouble(null)
    try {
      await requestJson(`/api/jobs/${job.id}/${action}`, { method: 'POST' })
      // A job that had ended is not watched any more.
      live.refetch()
    } catch (error) {
      setTrouble(steerTrouble(error))
    }
  }

  const completed = job.status === 'completed'
  return (
    <div className="card">
      <JobPanel
        job={job}
        name={job.filename}
        error={live.error}
        phase={live.phase}
        actions={
          <div className="actions">
            {completed && (
              <ResultActions job={job} previewed={previewed} onPreview={() => setPreviewed(!previewed)} />
            )}
            <SteerAction job={job} onSteer={(action) => void steer(action)} />
            <RemoveButton
              filename={job.filename}
              onRemove={() => {
                list.remove(entryKey)
                onRemoved()
              }}
            />
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
      aria-label={`${open ? 'Cancel' : 'Retry'} the processing of ${job.filename}`}
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
  return (
    <>
      <button
        type="button"
        className="button"
        aria-expanded={previewed}
        aria-label={`Preview the text of ${job.filename}`}
        onClick={onPreview}
      >
        Preview
      </button>
      <a
        className="button"
        href={address}
        target="_blank"
        rel="noopener"
        aria-label={`View the text of ${job.filename}`}
      >
        View
      </a>
      <a
        className="button"
        href={address}
        download={`${job.filename}.txt`}
        aria-label={`Download the text of ${job.filename}`}
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
