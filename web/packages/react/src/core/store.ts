export type Listener = () => void

export interface Listeners {
  add(listener: Listener): () => void
  notify(): void
}

export function createListeners(): Listeners {
  const listeners = new Set<Listener>()
  return {
    add(listener) {
      // Wrapped, so that the same function added twice is told twice and removed once.
      const entry = () => listener()
      listeners.add(entry)
      return () => listeners.delete(entry)
    },
    notify() {
      for (const entry of [...listeners]) entry()
    },
  }
}

/** Keeps the old object where nothing changed: React compares snapshots by identity. */
export function keepIfEqual<T extends object>(old: T | undefined, next: T): T {
  if (!old) return next
  const keys = Object.keys(next) as (keyof T)[]
  return keys.every((key) => Object.is(old[key], next[key])) ? old : next
}
