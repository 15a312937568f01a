import { JobPanel } from './JobPanel.js'
import { useJobPolling } from './use-job-polling.js'
import { useJobSSE } from './use-job-sse.js'

export interface JobStatusProps {
  filename?: string | undefined
  /** One certain job; goes before `filename`. */
  id?: string | undefined
  method?: 'sse' | 'polling' | undefined
  /** The status endpoint to ask, for both methods; the server's own by default. */
  checkStatusEndpoint?: string | undefined
  className?: string | undefined
}

/** One job, kept up to date. */
export function JobStatus({ filename, id, method = 'sse', checkStatusEndpoint, className }: JobStatusProps) {
  const target = { filename, id, endpoint: checkStatusEndpoint }
  const streamed = useJobSSE({ ...target, enabled: method === 'sse' })
  const polled = useJobPolling({ ...target, enabled: method === 'polling' })
  const { job, error, phase } = method === 'sse' ? streamed : polled
  return <JobPanel job={job} name={filename ?? id ?? ''} error={error} phase={phase} className={className} />
}

export default JobStatus
