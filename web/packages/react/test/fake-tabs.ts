import { vi } from 'vitest'

interface Waiting {
  grant(): void
}

interface Held {
  reject(error: Error): void
}

/** Stands in for the browser's locks, which this environment lacks. */
export class FakeLocks {
  private readonly held = new Map<string, Held>()
  private readonly queues = new Map<string, Waiting[]>()

  readonly request = (name: string, options: LockOptions, work: () => Promise<void>): Promise<void> =>
    new Promise((resolve, reject) => {
      const waiting: Waiting = {
        grant: () => {
          const own: Held = { reject }
          this.held.set(name, own)
          void work().then(() => {
            if (this.held.get(name) === own) this.held.delete(name)
            resolve()
            this.grantNext(name)
          })
        },
      }
      if (options.steal) {
        this.held.get(name)?.reject(new DOMException('stolen', 'AbortError'))
        queueMicrotask(waiting.grant)
        return
      }
      const queue = this.queues.get(name) ?? []
      this.queues.set(name, queue)
      queue.push(waiting)
      options.signal?.addEventListener('abort', () => {
        if (!queue.includes(waiting)) return
        queue.splice(queue.indexOf(waiting), 1)
        reject(new DOMException('aborted', 'AbortError'))
      })
      queueMicrotask(() => this.grantNext(name))
    })

  private grantNext(name: string): void {
    if (!this.held.has(name)) this.queues.get(name)?.shift()?.grant()
  }
}

/** Delivers to all others of its name, copied as between real tabs. */
export class FakeChannel {
  static all: FakeChannel[] = []

  onmessage: ((event: { data: unknown }) => void) | null = null
  /** The tab of this channel neither hears nor speaks any more, as one that hangs. */
  mute = false

  constructor(readonly name: string) {
    FakeChannel.all.push(this)
  }

  postMessage(message: unknown): void {
    const data: unknown = structuredClone(message)
    const others = FakeChannel.all.filter((other) => other !== this && other.name === this.name)
    if (this.mute) return
    setTimeout(() => {
      for (const other of others) if (!other.mute) other.onmessage?.({ data })
    })
  }

  close(): void {
    FakeChannel.all = FakeChannel.all.filter((other) => other !== this)
    this.onmessage = null
  }
}

export function installFakeTabs(): void {
  FakeChannel.all = []
  vi.stubGlobal('BroadcastChannel', FakeChannel)
  Object.defineProperty(navigator, 'locks', { value: new FakeLocks(), configurable: true })
}

export function removeFakeTabs(): void {
  Reflect.deleteProperty(navigator, 'locks')
}
