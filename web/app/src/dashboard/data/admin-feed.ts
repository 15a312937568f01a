import type { Phase } from '@jobcast/react'
import { ApiError, messageOf, requestJson } from '../../shared/api.js'
import { readDelta, readSnapshot, type Delta, type Snapshot } from './wire.js'

export const snapshotJobs = 500
const streamUrl = `/api/sse/admin?updates=delta&limit=${snapshotJobs}`
const pollUrl = `/api/background-process?action=status&limit=${snapshotJobs}`

/** A stream that opened and stays silent this long sits behind something that buffers it. */
const firstEventMs = 10_000
/** Two and a half heartbeats. */
const silenceMs = 37_500
const pollMs = 2_000
const hiddenPollMs = 10_000
const backoffMinMs = 1_000
const backoffMaxMs = 30_000
/** A stream that ends sooner than this did not really work. */
const shortLifeMs = 5_000

export interface FeedSink {
  /** The newest event that is known now. */
  mark(): number
  onSnapshot(snapshot: Snapshot): void
  onDelta(delta: Delta): void
  onPhase(phase: Phase, message: string | null): void
}

/** The delta stream; while it is not there, repeated requests in its place; and the way back to it. */
export class AdminFeed {
  private source: EventSource | null = null
  private openedAt = 0
  private heardFrom = false
  private failures = 0
  private running = false
  private phase: Phase = 'idle'
  private watchdog: ReturnType<typeof setTimeout> | undefined
  private reopenTimer: ReturnType<typeof setTimeout> | undefined
  private pollTimer: ReturnType<typeof setTimeout> | undefined
  private polling: AbortController | null = null

  constructor(private readonly sink: FeedSink) {}

  start(): void {
    if (this.running) return
    this.running = true
    this.become('connecting', null)
    window.addEventListener('online', this.reopenNow)
    this.open()
  }

  stop(): void {
    this.running = false
    window.removeEventListener('online', this.reopenNow)
    this.closeSource()
    this.stopPolling()
    clearTimeout(this.reopenTimer)
    this.reopenTimer = undefined
    this.become('idle', null)
  }

  private open(): void {
    this.closeSource()
    if (typeof EventSource === 'undefined') return this.pollSoon(0)
    const source = new EventSource(streamUrl)
    this.source = source
    this.openedAt = 0
    this.heardFrom = false
    this.expectWithin(firstEventMs)
    source.onopen = () => {
      this.openedAt = Date.now()
      this.expectWithin(firstEventMs)
    }
    source.onerror = (event) => {
      // The server's own `error` event is a MessageEvent, a broken connection is not.
      if (!(event instanceof MessageEvent)) this.lost(source.readyState === EventSource.CLOSED)
    }
    for (const name of ['connection', 'heartbeat', 'status_update', 'job', 'close', 'error']) {
      source.addEventListener(name, (event) => {
        if (event instanceof MessageEvent && this.source === source) this.take(name, event)
      })
    }
  }

  private take(name: string, { data, lastEventId }: MessageEvent): void {
    this.heardFrom = true
    this.expectWithin(silenceMs)
    const body = JSON.parse(String(data)) as Record<string, unknown>
    if (name === 'job') {
      const delta = readDelta(body)
      if (delta) this.sink.onDelta(delta)
    } else if (name === 'status_update') {
      const snapshot = readSnapshot(body, snapshotJobs, Number(lastEventId))
      if (!snapshot) return
      this.stopPolling()
      this.become('live', null)
      this.sink.onSnapshot(snapshot)
    } else if (name === 'close') {
      this.lost(false, 'The server is stopping.', spread(1_000, 10_000))
    } else if (name === 'error') {
      this.lost(false, messageIn(body), spread(5_000, 15_000))
    }
  }

  private lost(refused: boolean, message = 'The connection broke.', delayMs?: number): void {
    this.closeSource()
    const worked = this.heardFrom && Date.now() - this.openedAt >= shortLifeMs
    this.failures = worked ? 0 : this.failures + 1
    const ceiling = Math.min(backoffMaxMs, backoffMinMs * 2 ** Math.min(this.failures, 10))
    this.reopenAfter(delayMs ?? spread(backoffMinMs, ceiling))
    if (this.phase !== 'polling') this.become('reconnecting', message)
    if (refused) void this.askWhyRefused()
    else this.pollSoon(worked ? spread(pollMs / 2, pollMs) : 0)
  }

  /** EventSource shows no status, so another admin address is asked in its place. */
  private async askWhyRefused(): Promise<void> {
    try {
      await requestJson('/api/sse/admin?limit=invalid')
    } catch (error) {
      if (!this.running) return
      if (error instanceof ApiError && error.unauthorized) {
        this.stop()
        this.become('denied', error.message)
        return
      }
    }
    if (this.running) this.pollSoon(0)
  }

  private pollSoon(delayMs: number): void {
    if (this.pollTimer !== undefined || this.polling) return
    this.pollTimer = setTimeout(() => void this.poll(), delayMs)
  }

  private async poll(): Promise<void> {
    this.pollTimer = undefined
    const controller = new AbortController()
    this.polling = controller
    const known = this.sink.mark()
    try {
      const body = await requestJson<Record<string, unknown>>(pollUrl, { signal: controller.signal })
      if (this.polling !== controller) return
      const snapshot = readSnapshot(body, snapshotJobs, known)
      this.become('polling', null)
      if (snapshot) this.sink.onSnapshot(snapshot)
    } catch (error) {
      if (this.polling !== controller) return
      this.become('reconnecting', messageOf(error))
    }
    this.polling = null
    this.pollSoon(document.hidden ? hiddenPollMs : pollMs)
  }

  private stopPolling(): void {
    clearTimeout(this.pollTimer)
    this.pollTimer = undefined
    this.polling?.abort()
    this.polling = null
  }

  private expectWithin(delayMs: number): void {
    clearTimeout(this.watchdog)
    this.watchdog = setTimeout(() => this.lost(false, 'The connection is silent.'), delayMs)
  }

  private reopenAfter(delayMs: number): void {
    clearTimeout(this.reopenTimer)
    this.reopenTimer = setTimeout(this.reopenNow, delayMs)
  }

  private readonly reopenNow = (): void => {
    if (this.reopenTimer === undefined) return
    clearTimeout(this.reopenTimer)
    this.reopenTimer = undefined
    this.open()
  }

  private closeSource(): void {
    clearTimeout(this.watchdog)
    this.source?.close()
    this.source = null
  }

  private become(phase: Phase, message: string | null): void {
    this.phase = phase
    this.sink.onPhase(phase, message)
  }
}

/** Somewhere between, so that many clients do not come back in one instant. */
function spread(fromMs: number, toMs: number): number {
  return fromMs + Math.random() * (toMs - fromMs)
}

function messageIn(body: Record<string, unknown>): string {
  return typeof body.error === 'string' ? body.error : 'The server reported an error.'
}
