/** A stream that opened and stays silent this long sits behind something that buffers it. */
export const firstEventMs = 10_000
/** Two and a half of the server's heartbeats, which come every 15 s. */
export const silenceMs = 37_500
/**
 * The browser's own reconnect waits for the server's `retry:` (up to 15 s when it is overloaded);
 * then the first event is due.
 */
export const reopenMs = 15_000 + firstEventMs
/** A stream that ends sooner than this did not really work: it must not be reopened at full speed. */
export const shortLifeMs = 5_000
export const backoffMinMs = 1_000
export const backoffMaxMs = 30_000
export const pollMs = 2_000
/** A tab that nobody looks at asks this many times less often. */
export const hiddenFactor = 5
/** Components that mount together share one request for a stream. */
export const mountBatchMs = 20
/** A changed set of jobs reopens the stream, so changes of a running one are gathered for longer. */
export const changeBatchMs = 300
/** An open stream outlives its last user this long, so that a remount finds it. */
export const lingerMs = 1_000
export const maxJobsPerStream = 100
/** Servers and proxies commonly refuse request lines above 8 KiB. */
export const maxQueryLength = 6_000
/** Requests under way at once while many jobs are polled. */
export const pollConcurrency = 3
/** Jobs that are no longer watched but still shown when someone asks again. */
export const maxRemembered = 200
