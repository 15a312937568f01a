export type JobStatusName = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled'

export interface Job {
  id: string
  filename: string
  file_type: string
  kind: string
  status: JobStatusName
  status_description: string
  /** 0 to 100. */
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
  /** Number of the job's last event in the server's log: it rises with every change. */
  seq: number
  /** 1 where no other job starts before it; `null` while it runs, is delayed or has ended. */
  queue_position: number | null
  /** Seconds until it is expected to end; `null` where nobody knows. */
  eta_seconds: number | null
  /** It runs, and its progress has stood still for far too long. */
  stalled: boolean
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
 * - `denied`: the server refuses this client, or what it asks for; only a refetch tries again
 */
export type Phase = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'polling' | 'closed' | 'denied'

export interface ConnectionView {
  phase: Phase
  connectionStatus: ConnectionStatus
  transport: Transport
}

/** What is known of one watched job, and how it comes in. */
export interface JobView extends ConnectionView {
  job: Job | null
  /** A sentence for people. */
  error: string | null
  /** Nothing is known yet. */
  loading: boolean
  /** What is shown may be out of date: nothing delivers, or nothing has been delivered so far. */
  isStale: boolean
  /** Id of the last event of the stream that concerned what is watched. */
  lastEventId: string | null
}

/** All jobs with their summary; where one job is watched, that one, and no summary. */
export interface JobListView extends JobView {
  jobs: readonly Job[]
  summary: JobSummary | null
}

/** Why its last attempt failed, until another one runs or succeeds. */
export function failureOf({ status, error_message }: Job): string | null {
  return status === 'processing' || status === 'completed' ? null : error_message
}

export function isFinal(status: JobStatusName): boolean {
  return status !== 'pending' && status !== 'processing'
}
