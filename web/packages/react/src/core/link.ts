import { createBackoff, type Backoff } from './backoff.js'
import {
  openEventStream,
  streamsSupported,
  type EventStream,
  type StreamEnd,
  type StreamEvent,
} from './event-stream.js'
import { createPoller, stopped } from './poller.js'
import { pollMs } from './timing.js'
import type { Phase } from './types.js'

export type AskResult =
  | { kind: 'ok' }
  | { kind: 'denied'; message: string }
  | { kind: 'later'; afterMs: number; message: string }
  | { kind: 'unreachable'; message: string }

/** What a link carries: where its data comes from and what becomes of it. */
export interface LinkSource {
  streamUrl(lastEventId: string | null): string
  onEvent(event: StreamEvent): void
  /** Asks the JSON endpoint for the same data and takes it in. Never rejects. */
  ask(signal: AbortSignal): Promise<AskResult>
  /** All that was wanted has come: nothing more will follow. */
  isDone(): boolean
  onChange(): void
}

export interface LinkOptions {
  pollingFallback: boolean
  random?: () => number
}

export interface LinkState {
  phase: Phase
  error: string | null
  /** At least one attempt to reconnect has failed. */
  failing: boolean
}

export interface Link {
  /** Connects, or reconnects for another set of jobs. A pending backoff is kept, unless `now`. */
  open(now: boolean): void
  /** Stops all requests, but stays as it looks: `open` follows soon. */
  pause(): void
  close(): void
  state(): LinkState
}

const eventsWithId = new Set(['status', 'finished', 'deleted', 'status_update', 'job'])

/** Keeps a stream open, polls while there is none, and finds the way back. */
export function createLink(source: LinkSource, options: LinkOptions): Link {
  return new StreamLink(source, options)
}

class StreamLink implements Link {
  private phase: Phase = 'idle'
  private error: string | null = null
  private stream: EventStream | null = null
  private lastEventId: string | null = null
  private reopenTimer: ReturnType<typeof setTimeout> | undefined
  private readonly backoff: Backoff
  private readonly random: () => number
  private readonly poller = createPoller({ intervalMs: pollMs, ask: (signal) => this.ask(signal) })

  constructor(
    private readonly source: LinkSource,
    private readonly options: LinkOptions,
  ) {
    this.random = options.random ?? Math.random
    this.backoff = createBackoff(this.random)
  }

  state(): LinkState {
    return { phase: this.phase, error: this.error, failing: this.backoff.failures() > 0 }
  }

  open(now: boolean): void {
    this.lastEventId = null
    if (this.reopenTimer !== undefined && !now) return
    if (now) this.backoff.reset()
    globalThis.addEventListener?.('online', this.reopenNow)
    if (this.phase !== 'live' && this.phase !== 'polling') this.become('connecting', null)
    this.connect()
  }

  pause(): void {
    this.stopStream()
    this.poller.stop()
    this.clearReopen()
  }

  close(): void {
    this.shutDown('idle', null)
  }

  private connect(): void {
    this.stopStream()
    if (!streamsSupported()) {
      this.poller.start(0, 'repeat')
      return
    }
    this.stream = openEventStream(this.source.streamUrl(this.lastEventId), {
      onEvent: (event) => this.take(event),
      onInterrupted: () => this.interrupted(),
      onEnd: (reason) => this.ended(reason),
    })
  }

  private take(event: StreamEvent): void {
    if (event.name === 'error' && event.data.type === 'overloaded') return
    if (event.name === 'heartbeat') this.backoff.reset()
    if (event.name === 'gap') this.lastEventId = null
    if (eventsWithId.has(event.name) && /^\d+$/.test(event.lastEventId)) this.lastEventId = event.lastEventId
    this.poller.stop()
    this.become('live', null)
    this.source.onEvent(event)
    this.finishIfDone()
  }

  private interrupted(): void {
    this.backoff.reset()
    this.become('reconnecting', null)
    this.pollMeanwhile(this.spread())
  }

  private ended(reason: StreamEnd): void {
    this.stream = null
    this.reopenAfter(this.backoff.next())
    const error = reason === 'silent' ? 'The connection is silent.' : 'The connection broke.'
    if (this.phase === 'polling') this.source.onChange()
    else this.become('reconnecting', this.error ?? error)
    if (reason === 'refused') this.poller.start(0, this.options.pollingFallback ? 'repeat' : 'once')
    else this.pollMeanwhile(reason === 'failed' ? this.spread() : 0)
  }

  private async ask(signal: AbortSignal): Promise<number> {
    const result = await this.source.ask(signal)
    if (signal.reason === stopped) return 0
    if (result.kind === 'denied') {
      this.shutDown('denied', result.message)
      return 0
    }
    if (this.finishIfDone()) return 0
    if (result.kind === 'ok') {
      // Without the fallback this was the one question after EventSource gave up: nothing delivers yet.
      if (this.options.pollingFallback || !streamsSupported()) this.become('polling', null)
      return 0
    }
    this.become('reconnecting', result.message)
    if (result.kind === 'unreachable') return 0
    if (this.reopenTimer !== undefined) this.reopenAfter(result.afterMs + this.spread())
    return result.afterMs
  }

  private pollMeanwhile(delayMs: number): void {
    if (this.options.pollingFallback && !this.poller.running()) this.poller.start(delayMs, 'repeat')
  }

  private reopenAfter(delayMs: number): void {
    clearTimeout(this.reopenTimer)
    this.reopenTimer = setTimeout(this.reopenNow, delayMs)
  }

  private readonly reopenNow = (): void => {
    if (this.reopenTimer === undefined) return
    this.clearReopen()
    this.connect()
  }

  private clearReopen(): void {
    clearTimeout(this.reopenTimer)
    this.reopenTimer = undefined
  }

  private finishIfDone(): boolean {
    if (!this.source.isDone()) return false
    this.shutDown('closed', null)
    return true
  }

  private shutDown(phase: Phase, error: string | null): void {
    this.pause()
    this.backoff.reset()
    this.lastEventId = null
    globalThis.removeEventListener?.('online', this.reopenNow)
    this.become(phase, error)
  }

  private stopStream(): void {
    this.stream?.close()
    this.stream = null
  }

  /** Some part of the usual interval, so that clients that lost one server do not ask in one instant. */
  private spread(): number {
    return (0.5 + this.random() / 2) * pollMs
  }

  private become(phase: Phase, error: string | null): void {
    if (this.phase === phase && this.error === error) return
    this.phase = phase
    this.error = error
    this.source.onChange()
  }
}
