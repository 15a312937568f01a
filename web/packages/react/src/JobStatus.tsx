import type { ReactNode } from 'react'
import type { ServerOptions } from './core/targets.js'
import { useJobPolling, useJobSSE, type JobSSEOptions, type WatchedJob } from './hooks.js'
import { JobPanel, type JobSlots } from './JobPanel.js'

type Options = Pick<JobSSEOptions, 'initialData' | 'interval' | 'onStatus' | 'onFinished'>

export interface JobStatusProps extends Options, Omit<ServerOptions, 'endpoint'> {
  filename?: string | undefined
  /** One certain job; goes before `filename`. */
  id?: string | undefined
  method?: 'sse' | 'polling' | undefined
  /** The status endpoint to ask, for both methods; the server's own by default. */
  checkStatusEndpoint?: string | undefined
  className?: string | undefined
  /** What is shown in place of single parts. */
  slots?: JobSlots | undefined
  /** Shows all of it in its own way. */
  children?: ((watched: WatchedJob) => ReactNode) | undefined
}

/** One job, kept up to date. */
export function JobStatus(props: JobStatusProps) {
  const { method = 'sse', checkStatusEndpoint, className, slots, children, ...options } = props
  const { filename, id } = options
  const common = { ...options, endpoint: checkStatusEndpoint }
  const streamed = useJobSSE({ ...common, enabled: method === 'sse' })
  const polled = useJobPolling({ ...common, enabled: method === 'polling' })
  const watched = method === 'sse' ? streamed : polled
  if (children) return <>{children(watched)}</>
  const { job, error, phase } = watched
  const name = filename ?? id ?? ''
  return <JobPanel job={job} name={name} error={error} phase={phase} className={className} slots={slots} />
}

export default JobStatus
