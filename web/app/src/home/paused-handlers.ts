import { useEffect } from 'react'
import { requestJson } from '../shared/api.js'
import { Signal, useSignal } from '../shared/signal.js'

/** Most jobs do not wait that long, and then nothing is asked. */
const firstAfterMs = 1_000
const everyMs = 10_000

const paused = new Signal<ReadonlySet<string>>(new Set())
let waiting = 0
let timer: ReturnType<typeof setTimeout> | undefined

/** Whether the handler of a job that waits takes no jobs at present. All cards ask together. */
export function usePaused(kind: string, waits: boolean): boolean {
  useEffect(() => (waits ? watch() : undefined), [waits])
  return useSignal(paused).has(kind) && waits
}

function watch(): () => void {
  waiting += 1
  timer ??= setTimeout(() => void ask(), firstAfterMs)
  return () => {
    waiting -= 1
    if (waiting > 0) return
    clearTimeout(timer)
    timer = undefined
  }
}

async function ask(): Promise<void> {
  if (!document.hidden) {
    try {
      const { handlers } = await requestJson<{ handlers: { name: string; paused: boolean }[] }>(
        '/api/handlers',
      )
      paused.set(new Set(handlers.filter((each) => each.paused).map(({ name }) => name)))
    } catch {
      // A server that is away is told by the card's connection.
    }
  }
  clearTimeout(timer)
  if (waiting > 0) timer = setTimeout(() => void ask(), everyMs)
}
