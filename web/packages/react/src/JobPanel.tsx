import type { ReactNode } from 'react'
import { failureOf, isFinal, type Job, type Phase } from './core/types.js'
import { ConnectionState } from './ConnectionState.js'
import { formatBytes, formatCount, formatDuration, formatWait, visibleName } from './format.js'
import { StatusBadge } from './StatusBadge.js'

/** What a slot is given. */
export interface ShownJob {
  job: Job | null
  /** The job's name, also while there is no job. */
  name: string
  /** Why the job failed, or why nothing is known of it. */
  error: string | null
  phase: Phase
}

export type JobSlot = (shown: ShownJob) => ReactNode

/** Each shows a part in its own way; what it returns takes the place of the usual, `null` too. */
export interface JobSlots {
  name?: JobSlot | undefined
  status?: JobSlot | undefined
  progress?: JobSlot | undefined
  error?: JobSlot | undefined
  facts?: JobSlot | undefined
  connection?: JobSlot | undefined
  /** Links and buttons; there are none by default. */
  actions?: JobSlot | undefined
}

export interface JobPanelProps {
  job: Job | null
  /** The name to show while there is no job. */
  name: string
  error?: string | null | undefined
  phase: Phase
  className?: string | undefined
  /** Links and buttons. */
  actions?: ReactNode
  slots?: JobSlots | undefined
}

/** One job as a card: what it is, how far it is, how it ended. */
export function JobPanel({ job, name, error = null, phase, className, actions, slots = {} }: JobPanelProps) {
  const shown = { job, name: job?.filename ?? name, error: (job && failureOf(job)) ?? error, phase }
  const visible = visibleName(shown.name)
  const show = (name: keyof JobSlots, usual: ReactNode) => {
    const slot = slots[name]
    return slot ? slot(shown) : usual
  }
  const open = !job || !isFinal(job.status)
  return (
    <article
      className={['jobcast-job', className].filter(Boolean).join(' ')}
      data-status={job?.status ?? 'unknown'}
    >
      <div className="jobcast-head">
        {show('name', <JobName name={visible} />)}
        {show('status', <StatusBadge status={job?.status ?? 'unknown'} of={visible} />)}
      </div>
      {show('progress', job && <JobProgress job={job} filename={visible} />)}
      {show('error', shown.error && <p className="jobcast-error">{shown.error}</p>)}
      <div className="jobcast-foot">
        {show('facts', <JobFacts job={job} told={!shown.error} />)}
        <div className="jobcast-trail">
          {show('connection', open && <ConnectionState phase={phase} />)}
          {show('actions', actions)}
        </div>
      </div>
    </article>
  )
}

function JobName({ name }: { name: string }) {
  return (
    <h3 className="jobcast-name" title={name}>
      <bdi>{name}</bdi>
    </h3>
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

/** `told`: what the job is about is not told elsewhere. */
function JobFacts({ job, told }: { job: Job | null; told: boolean }) {
  return (
    <p className="jobcast-facts">
      {told && <span className="jobcast-description">{describe(job)}</span>}
      {factsOf(job).map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
    </p>
  )
}

function describe(job: Job | null): string {
  if (!job) return 'Waiting for news of this job'
  if (job.stalled) return 'No progress for a long time'
  if (job.status === 'pending' && job.retry_count > 0) {
    return `${job.status_description} (retry ${job.retry_count} of ${job.max_retries})`
  }
  return job.status_description
}

function factsOf(job: Job | null): string[] {
  if (!job) return []
  const facts = [job.file_type]
  const { result } = job
  if (!isFinal(job.status)) {
    const { queue_position: place } = job
    if (place) facts.push(place === 1 ? 'Next in the queue' : `Number ${place} in the queue`)
    // Jobs that a page kept from an older server know nothing of it.
    if (typeof job.eta_seconds === 'number') facts.push(`${formatWait(job.eta_seconds)} left`)
  }
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
