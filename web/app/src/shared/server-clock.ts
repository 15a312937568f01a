import { useSyncExternalStore } from 'react'

/** Clocks of browsers and servers that differ by less than this are taken for equal. */
const toleratedMs = 1_500

let offsetMs = 0
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** Learns from a time that the server has just told how far its clock is from the browser's. */
export function setServerTime(iso: unknown): void {
  const difference = Date.parse(String(iso)) - Date.now()
  if (Number.isFinite(difference)) offsetMs = Math.abs(difference) < toleratedMs ? 0 : difference
}

/** Now, by the server's clock, in ms since the epoch. */
export function serverNow(): number {
  return Date.now() + offsetMs
}

function everySecond(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    for (const each of [...listeners]) each()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** A text that depends on the present time; the component renders again only when the text changes. */
export function useTextOfNow(textAt: (nowMs: number) => string): string {
  return useSyncExternalStore(everySecond, () => textAt(serverNow()))
}
