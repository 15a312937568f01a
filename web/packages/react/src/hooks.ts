import type { Job, JobListView, JobSummary, JobView } from './core/types.js'
import { useJobs, type CommonOptions, type Refetch } from './use-jobs.js'

export interface JobSSEOptions extends CommonOptions {
  /** The newest job of this name is watched. */
  filename?: string | undefined
  /** One certain job; goes before `filename`. */
  id?: string | undefined
  /** Shown until the server has answered. */
  initialData?: Job | undefined
}

export type JobPollingOptions = JobSSEOptions

export interface BackgroundProcessSSEOptions extends CommonOptions {
  /** One job; without a name or an id, all jobs and their summary. */
  filename?: string | undefined
  id?: string | undefined
  /** Ask the JSON endpoint while the stream is not there. `true` by default. */
  pollingFallback?: boolean | undefined
  /** Shown until the server has answered: one job, or all of them. */
  initialData?: Job | { jobs: readonly Job[]; summary: JobSummary | null } | undefined
}

export type WatchedJob = JobView & Refetch
export type BackgroundProcess = JobListView & Refetch

/** One job, live. All components that use it, in all tabs, share one stream. */
export function useJobSSE(options: JobSSEOptions): WatchedJob {
  return useJobs('jobs', options)
}

/** One job, asked for again and again: for places where no stream can be had or is wanted. */
export function useJobPolling(options: JobPollingOptions): WatchedJob {
  return useJobs('polling', options)
}

/** The status endpoint, live: one job, or all of them. */
export function useBackgroundProcessSSE(options: BackgroundProcessSSEOptions = {}): BackgroundProcess {
  return useJobs('status', options)
}
