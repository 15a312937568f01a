import type { ReactNode } from 'react'
import { isFinal, type Job, type Phase } from './core/types.js'
import { ConnectionState } from './ConnectionState.js'
import { formatBytes, formatCount, formatDuration } from './format.js'
import { StatusBadge } from './StatusBadge.js'

export interface JobPanelProps {
  job: Job | null
  /** The name to show while there is no job. */
  name: string
  error?: string | null | undefined
  phase: Phase
  className?: string | undefined
  /** Links and buttons. */
  actions?: ReactNode
}

/** One job as a card: what it is, how far it is, how it ended. */
export function JobPanel({ job, name, error = null, phase, className, actions }: JobPanelProps) {
  const filename = job?.filename ?? name
  const trouble = job?.error_message ?? error
  const open = !job || !isFinal(job.status)
  return (
    <article
      className={['jobcast-job', className].filter(Boolean).join(' ')}
      data-status={job?.status ?? 'unknown'}
    >
      <div className="jobcast-head">
        <h3 className="jobcast-name" title={filename}>
          {filename}
        </h3>
        <StatusBadge status={job?.status ?? 'unknown'} of={filename} />
      </div>
      {job && <JobProgress job={job} filename={filename} />}
      {trouble && <p className="jobcast-error">{trouble}</p>}
      <div className="jobcast-foot">
        <p className="jobcast-facts">
          {!trouble && <span className="jobcast-description">{describe(job)}</span>}
          {factsOf(job).map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </p>
        <div className="jobcast-trail">
          {open && <ConnectionState phase={phase} />}
          {actions}
        </div>
      </div>
    </article>
  )
}

function JobProgress({ job, filename }: { job: Job; filename: string }) {
  // Nothing was counted before it ended, and nothing more will come.
  if (!job.progress && (job.status === 'failed' || job.status === 'cancelled')) return null
  const known = job.status === 'completed' ? 100 : (job.progress ?? (job.status === 'processing' ? null : 0))
  return (
    <div className="jobcast-progress" data-status={job.status}>
      <progress max={100} {...(known !== null && { value: known })} aria-label={`Progress of ${filename}`} />
      <span className="jobcast-percent" aria-hidden="true">
        {known === null ? '' : `${Math.round(known)} %`}
      </span>
    </div>
  )
}

function describe(job: Job | null): string {
  if (!job) return 'Waiting for news of this job'
  if (job.status === 'pending' && job.retry_count > 0) {
    return `${job.status_description} (retry ${job.retry_count} of ${job.max_retries})`
  }
  return job.status_description
}

function factsOf(job: Job | null): string[] {
  if (!job) return []
  const facts = [job.file_type]
  const { result } = job
  if (job.total_chunks !== null) {
    facts.push(`${job.processed_chunks ?? 0} of ${formatCount(job.total_chunks, 'chunk', 'chunks')}`)
  }
  if (typeof result?.pages === 'number') facts.push(formatCount(result.pages, 'page', 'pages'))
  if (typeof result?.words === 'number') facts.push(formatCount(result.words, 'word', 'words'))
  if (typeof result?.bytes === 'number') facts.push(formatBytes(result.bytes))
  if (job.started_at && job.processed_at) {
    facts.push(formatDuration(Date.parse(job.processed_at) - Date.parse(job.started_at)))
  }
  return facts.filter(Boolean)
}
