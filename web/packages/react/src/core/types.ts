export type JobStatusName = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled'

export interface Job {
  id: string
  filename: string
  file_type: string
  kind: string
  status: JobStatusName
  status_description: string
  progress: number | null
  total_chunks: number | null
  processed_chunks: number | null
  error_message: string | null
  retry_count: number
  max_retries: number
  created_at: string
  started_at: string | null
  updated_at: string
  processed_at: string | null
  next_retry_at: string | null
  result: Record<string, unknown> | null
  seq: number
}

export interface JobSummary {
  total_jobs: number
  pending_jobs: number
  processing_jobs: number
  completed_jobs: number
  failed_jobs: number
  cancelled_jobs: number
}

/** The four words of the public interface; `Phase` is finer. */
export type ConnectionStatus = 'connecting' | 'connected' | 'disconnected' | 'error'

/** What brings the data at this moment. */
export type Transport = 'sse' | 'polling' | 'none'

/**
 * - `idle`: nobody asked for data yet, or nobody does any more
 * - `connecting`: first attempt, no answer so far
 * - `live`: the stream delivers
 * - `reconnecting`: the stream broke and nothing else delivers
 * - `polling`: the stream is not there, repeated requests deliver
 * - `closed`: all that was watched has finished
 * - `denied`: the server refuses this client; only a refetch tries again
 */
export type Phase = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'polling' | 'closed' | 'denied'

export interface ConnectionView {
  phase: Phase
  connectionStatus: ConnectionStatus
  transport: Transport
}

export interface JobView extends ConnectionView {
  job: Job | null
  error: string | null
  loading: boolean
}

export interface JobListView extends ConnectionView {
  jobs: Job[]
  summary: JobSummary | null
  error: string | null
  loading: boolean
}

export function isFinal(status: JobStatusName): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled'
}
