/** A stream that opened and stays silent this long sits behind something that buffers it. */
export const firstEventMs = 10_000
/** Two and a half of the server's heartbeats, which come every 15 s. */
export const silenceMs = 37_500
/** A stream that ends sooner than this did not really work: it must not be reopened at full speed. */
export const shortLifeMs = 5_000
export const pollMs = 2_000
/** Nobody may ask more often than this, whatever interval is wanted. */
export const minPollMs = 100
/** A tab that nobody looks at asks this many times less often. */
export const hiddenFactor = 5
/** A request that takes longer than this will not be answered any more. */
export const requestTimeoutMs = 15_000
/** Components that mount together share one request for a stream. */
export const mountBatchMs = 20
/** A changed set of jobs reopens the stream, so changes of a running one are gathered for longer. */
export const changeBatchMs = 150
/** An open stream outlives its last user this long, so that a remount finds it. */
export const lingerMs = 1_000
export const maxJobsPerStream = 100
/** Servers and proxies commonly refuse request lines above 8 KiB. */
export const maxQueryLength = 6_000
/** Of a browser's six connections a host, the rest stays free for requests. */
export const maxStreams = 4
/** Jobs that are no longer watched but still shown when someone asks again. */
export const maxRemembered = 200
/** Some moment in a range, so that a crowd of clients does not come in one instant. */
export function between(leastMs: number, mostMs: number): number {
  return leastMs + Math.random() * (mostMs - leastMs)
}

/** How long to wait after so many failures in a row: exponential, with full jitter, from 1 s to 30 s. */
export function backoffMs(failures: number): number {
  return between(1_000, Math.min(30_000, 1_000 * 2 ** failures))
}

export interface Timer {
  /** Runs that much later, and not when it was to run before. */
  set(delayMs: number): void
  stop(): void
  pending_(): boolean
}

export function createTimer(run: () => void): Timer {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => {
    clearTimeout(timer)
    timer = undefined
  }
  return {
    set(delayMs) {
      stop()
      timer = setTimeout(() => {
        stop()
        run()
      }, delayMs)
    },
    stop,
    pending_: () => timer !== undefined,
  }
}
