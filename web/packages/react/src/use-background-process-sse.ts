import { useMemo } from 'react'
import { jobList } from './core/job-list.js'
import { defaultStatusEndpoint } from './core/targets.js'
import type { ConnectionView, Job, JobListView, JobSummary } from './core/types.js'
import { useJobSource } from './use-job-sse.js'
import { connectingConnection, connectingJob, idleConnection, idleJob, useWatched } from './use-watched.js'

export interface BackgroundProcessSSEOptions {
  /** One job; without a name, all jobs and their summary. */
  filename?: string | undefined
  enabled?: boolean | undefined
  /** Ask the JSON endpoint while the stream is not there. */
  pollingFallback?: boolean | undefined
  endpoint?: string | undefined
}

export interface BackgroundProcess extends ConnectionView {
  job: Job | null
  jobs: Job[]
  summary: JobSummary | null
  error: string | null
  loading: boolean
  refetch: () => void
}

const idleList: JobListView = { ...idleConnection, jobs: [], summary: null, error: null, loading: false }
const connectingList: JobListView = { ...idleList, ...connectingConnection, loading: true }

/** The status endpoint, live: one job by its name, or all of them. */
export function useBackgroundProcessSSE(options: BackgroundProcessSSEOptions = {}): BackgroundProcess {
  const { filename, enabled = true, pollingFallback = true, endpoint = defaultStatusEndpoint } = options
  const wantsOne = Boolean(filename)
  const oneSource = useJobSource(filename, undefined, endpoint, pollingFallback)
  const listSource = useMemo(() => jobList(endpoint, pollingFallback), [endpoint, pollingFallback])
  const one = useWatched(oneSource, enabled && wantsOne, enabled ? connectingJob : idleJob)
  const list = useWatched(listSource, enabled && !wantsOne, enabled ? connectingList : idleList)
  return useMemo(
    () => (wantsOne ? { ...one, jobs: one.job ? [one.job] : [], summary: null } : { ...list, job: null }),
    [wantsOne, one, list],
  )
}
