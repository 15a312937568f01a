import { useMemo } from 'react'
import { createPolledJob } from './core/polled-job.js'
import { statusEndpoints, toTarget } from './core/targets.js'
import { pollMs } from './core/timing.js'
import type { JobView } from './core/types.js'
import { connectingJob, idleJob, useWatched, type Watched } from './use-watched.js'

export interface JobPollingOptions {
  filename?: string | undefined
  id?: string | undefined
  /** Milliseconds between an answer and the next request. */
  interval?: number | undefined
  enabled?: boolean | undefined
  endpoint?: string | undefined
}

/** One job, asked for again and again: for places where no stream can be had. */
export function useJobPolling(options: JobPollingOptions): Watched<JobView> {
  const { filename, id, interval = pollMs, enabled = true, endpoint } = options
  const source = useMemo(() => {
    const target = toTarget(filename, id)
    if (!target) return null
    return createPolledJob({ target, statusEndpoint: statusEndpoints(endpoint).status, intervalMs: interval })
  }, [filename, id, interval, endpoint])
  return useWatched(source, enabled, source && enabled ? connectingJob : idleJob)
}
