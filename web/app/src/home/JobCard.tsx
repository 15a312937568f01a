import { useEffect } from 'react'
import { JobPanel, useJobSSE, type Job } from '@jobcast/react'
import type { FileList } from '../list/file-list.js'

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
  useEffect(() => {
    if (live.job) list.noteJob(entryKey, live.job)
  }, [list, entryKey, live.job])

  return (
    <JobPanel
      job={job}
      name={job.filename}
      error={live.error}
      phase={live.phase}
      actions={
        <div className="actions">
          {job.status === 'completed' && <ResultLinks job={job} />}
          <button
            type="button"
            className="button"
            aria-label={`Remove ${job.filename} from this list`}
            onClick={() => {
              list.remove(entryKey)
              onRemoved()
            }}
          >
            Remove
          </button>
        </div>
      }
    />
  )
}

function ResultLinks({ job }: { job: Job }) {
  const address = `/api/jobs/${encodeURIComponent(job.id)}/result`
  return (
    <>
      <a
        className="button"
        href={address}
        target="_blank"
        rel="noopener"
        aria-label={`View the text of ${job.filename}`}
      >
        View text
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
