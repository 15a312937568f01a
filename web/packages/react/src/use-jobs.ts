import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { jobHub } from './core/job-hub.js'
import { unknownState, viewOf, withInitial, type InitialData } from './core/job-state.js'
import { connectionView } from './core/phase.js'
import { targetKey, type ServerOptions, type Source, type Target } from './core/targets.js'
import { minPollMs, pollMs } from './core/timing.js'
import { isFinal, type Job, type JobListView } from './core/types.js'

/** What all hooks take. */
export interface CommonOptions extends ServerOptions {
  /** While `false` no request is made, and the last known state stays. `true` by default. */
  enabled?: boolean | undefined
  /** Milliseconds between an answer and the next request while it is polled: 2000 by default, 100 at least. */
  interval?: number | undefined
  /** Called with each new state of a job that is shown. */
  onStatus?: ((job: Job) => void) | undefined
  /** Called once with each job that has ended. */
  onFinished?: ((job: Job) => void) | undefined
}

export interface Refetch {
  /** Asks the server anew, whatever is known. */
  refetch: () => void
}

interface Options extends CommonOptions, Target {
  pollingFallback?: boolean | undefined
  initialData?: InitialData | undefined
}

/** Watches a target as long as it is enabled; the empty one is all jobs, where `source` has them. */
export function useJobs(source: Source, options: Options): JobListView & Refetch {
  const { baseUrl, endpoint, token, enabled = true, initialData } = options
  const { interval = pollMs, pollingFallback = true } = options
  const key = targetKey(options)
  const active = enabled && (key !== '' || source === 'status')
  const poll = pollingFallback ? Math.max(interval, minPollMs) : 0
  const store = useMemo(() => {
    // Asked for late, since a hub lives as long as the page: a server that renders has no use for one.
    const hub = () => jobHub(source, { baseUrl, endpoint, token })
    return {
      watch: (listener: () => void) =>
        active ? hub().watch(key, listener, { interval: poll, initialData }) : () => undefined,
      view: () => hub().view(key),
      refetch() {
        if (active) hub().refetch(key)
      },
    }
    // What is given at first counts, even if it is made anew for each rendering.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [source, baseUrl, endpoint, token, key, active, poll])
  const before = useMemo(() => viewOf(withInitial(unknownState, initialData), active), [active, initialData])
  const view = useSyncExternalStore(
    store.watch,
    () => store.view() ?? before,
    () => before,
  )
  useTelling(view, key, options)
  // What is not enabled keeps what it knew, whoever else watches it.
  return useMemo(
    () => ({
      ...view,
      ...(!active && { ...connectionView('idle'), loading: false }),
      refetch: store.refetch,
    }),
    [view, active, store],
  )
}

/** Tells of each state once, however often React runs an effect. */
function useTelling({ jobs, isStale }: JobListView, key: string, { onStatus, onFinished }: Options): void {
  const told = useRef<{ key?: string; seq: number }>({ seq: NaN })
  useEffect(() => {
    if (isStale) return
    const seq = told.current.key === key ? told.current.seq : NaN
    for (const job of jobs) {
      // Of all jobs, those that were there at first are no news.
      if (key ? job.seq === seq : !(job.seq > seq)) continue
      onStatus?.(job)
      if (isFinal(job.status)) onFinished?.(job)
    }
    told.current = { key, seq: Math.max(...jobs.map((job) => job.seq)) }
  }, [jobs, isStale, key, onStatus, onFinished])
}
