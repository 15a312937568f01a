import { hiddenFactor } from './timing.js'

/** A request that takes longer than this will not be answered any more. */
const requestTimeoutMs = 15_000

/** The reason of the abort when nobody wants the answer any more. */
export const stopped = 'stopped'

export interface Poller {
  /** Starts asking, or asks sooner where it already runs. */
  start(delayMs: number, mode: 'repeat' | 'once'): void
  stop(): void
  running(): boolean
}

export interface PollerOptions {
  intervalMs: number
  /** Asks once; gives the least time in ms to wait before the next request. */
  ask(signal: AbortSignal): Promise<number>
}

/** Asks again and again, each time a while after the last answer: answers never overtake each other. */
export function createPoller({ intervalMs, ask }: PollerOptions): Poller {
  let timer: ReturnType<typeof setTimeout> | undefined
  let current: AbortController | null = null
  let repeating = false

  const schedule = (delayMs: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => void round(), delayMs)
  }

  async function round() {
    timer = undefined
    const controller = new AbortController()
    current = controller
    const timeout = setTimeout(() => controller.abort('timeout'), requestTimeoutMs)
    const leastMs = await ask(controller.signal)
    clearTimeout(timeout)
    if (current !== controller) return
    current = null
    if (repeating) schedule(Math.max(intervalMs * (isHidden() ? hiddenFactor : 1), leastMs))
  }

  return {
    start(delayMs, mode) {
      if (mode === 'repeat') repeating = true
      if (!current) schedule(delayMs)
    },
    stop() {
      repeating = false
      clearTimeout(timer)
      timer = undefined
      const controller = current
      current = null
      controller?.abort(stopped)
    },
    running: () => repeating || timer !== undefined || current !== null,
  }
}

function isHidden(): boolean {
  return typeof document !== 'undefined' && document.hidden
}
