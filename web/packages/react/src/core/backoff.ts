import { backoffMaxMs, backoffMinMs } from './timing.js'

export interface Backoff {
  next(): number
  reset(): void
  failures(): number
}

/** Exponential backoff with full jitter, so that a crowd of clients does not come back in one instant. */
export function createBackoff(random: () => number = Math.random): Backoff {
  let failures = 0
  return {
    next() {
      failures += 1
      const ceiling = Math.min(backoffMaxMs, backoffMinMs * 2 ** Math.min(failures, 10))
      return backoffMinMs + random() * (ceiling - backoffMinMs)
    },
    reset() {
      failures = 0
    },
    failures: () => failures,
  }
}
