import { useMemo } from 'react'
import { jobHub } from './core/job-hub.js'
import { jobStreamEndpoints, statusEndpoints, toTarget } from './core/targets.js'
import type { JobView } from './core/types.js'
import { connectingJob, idleJob, useWatched, type Watchable, type Watched } from './use-watched.js'

export interface JobSSEOptions {
  /** The newest job of this name is watched. */
  filename?: string | undefined
  /** One certain job; goes before `filename`. */
  id?: string | undefined
  enabled?: boolean | undefined
  /** A status endpoint to use for both stream and polling, in place of the server's light stream. */
  endpoint?: string | undefined
}

/** One job, live. All components that use it share one stream. */
export function useJobSSE({ filename, id, enabled = true, endpoint }: JobSSEOptions): Watched<JobView> {
  const source = useJobSource(filename, id, endpoint, true)
  return useWatched(source, enabled, source && enabled ? connectingJob : idleJob)
}

export function useJobSource(
  filename: string | undefined,
  id: string | undefined,
  endpoint: string | undefined,
  pollingFallback: boolean,
): Watchable<JobView> | null {
  return useMemo(() => {
    const target = toTarget(filename, id)
    if (!target) return null
    const hub = jobHub(
      endpoint === undefined ? jobStreamEndpoints() : statusEndpoints(endpoint),
      pollingFallback,
    )
    return {
      watch: (listener) => hub.watch(target, listener),
      view: () => hub.view(target),
      refetch: () => hub.refetch(target),
    }
  }, [filename, id, endpoint, pollingFallback])
}
