import { useCallback, useMemo, useSyncExternalStore } from 'react'
import type { ConnectionView, JobView } from './core/types.js'

/** What can be watched by components: the core's hubs, lists and polled jobs all fit. */
export interface Watchable<View> {
  watch(listener: () => void): () => void
  view(): View | undefined
  refetch(): void
}

export type Watched<View> = View & { refetch: () => void }

const nothing: ConnectionView = { phase: 'idle', connectionStatus: 'disconnected', transport: 'none' }
const soon: ConnectionView = { phase: 'connecting', connectionStatus: 'connecting', transport: 'none' }

export const idleJob: JobView = { ...nothing, job: null, error: null, loading: false }
export const connectingJob: JobView = { ...soon, job: null, error: null, loading: true }
export const idleConnection = nothing
export const connectingConnection = soon

/** Watches while `source` is given and enabled; `before` is what is shown until there is a view. */
export function useWatched<View extends object>(
  source: Watchable<View> | null,
  enabled: boolean,
  before: View,
): Watched<View> {
  const subscribe = useCallback(
    (listener: () => void) => (source && enabled ? source.watch(listener) : () => undefined),
    [source, enabled],
  )
  const view = useSyncExternalStore(
    subscribe,
    () => source?.view() ?? before,
    () => before,
  )
  const refetch = useCallback(() => {
    if (enabled) source?.refetch()
  }, [source, enabled])
  return useMemo(() => ({ ...view, refetch }), [view, refetch])
}
