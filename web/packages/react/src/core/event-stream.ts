import { firstEventMs, reopenMs, shortLifeMs, silenceMs } from './timing.js'

const eventNames = [
  'connection',
  'status',
  'status_update',
  'job',
  'finished',
  'deleted',
  'error',
  'gap',
  'queue',
  'heartbeat',
  'close',
] as const

export type StreamEventName = (typeof eventNames)[number]

export interface StreamEvent {
  name: StreamEventName
  data: Record<string, unknown>
  /** The browser repeats the stream's last id on events that bring none of their own. */
  lastEventId: string
}

/**
 * - `refused`: EventSource gave up for good and does not say why
 * - `failed`: the connection could not be made, or did not last
 * - `silent`: it is open, but nothing comes through
 */
export type StreamEnd = 'refused' | 'failed' | 'silent'

export interface StreamHandlers {
  onEvent(event: StreamEvent): void
  /** The connection broke and the browser is reconnecting by itself. */
  onInterrupted(): void
  /** This stream is over. No handler is called after it. */
  onEnd(reason: StreamEnd): void
}

export interface EventStream {
  close(): void
}

export function streamsSupported(): boolean {
  return typeof EventSource !== 'undefined'
}

/** One EventSource, with the watch over its silence that EventSource itself lacks. */
export function openEventStream(url: string, handlers: StreamHandlers): EventStream {
  const source = new EventSource(url)
  let openedAt: number | null = null
  let heardFrom = false
  let toldToReturn = false
  let watchdog = setTimeout(() => end('silent'), firstEventMs)

  const expectWithin = (delay: number) => {
    clearTimeout(watchdog)
    watchdog = setTimeout(() => end('silent'), delay)
  }
  const close = () => {
    clearTimeout(watchdog)
    source.onopen = null
    source.onerror = null
    for (const name of eventNames) source.removeEventListener(name, onMessage)
    source.close()
  }
  const end = (reason: StreamEnd) => {
    close()
    handlers.onEnd(reason)
  }

  function onMessage(event: Event) {
    // A broken connection is a plain Event of the same name as the server's own `error`.
    if (!(event instanceof MessageEvent)) return
    const data = parseObject(event.data)
    if (!data) return
    heardFrom = true
    expectWithin(silenceMs)
    const name = event.type as StreamEventName
    if (name === 'close' || (name === 'error' && data.type === 'overloaded')) toldToReturn = true
    handlers.onEvent({ name, data, lastEventId: event.lastEventId })
  }

  source.onopen = () => {
    openedAt = Date.now()
    heardFrom = false
    toldToReturn = false
    expectWithin(firstEventMs)
  }
  source.onerror = (event) => {
    if (event instanceof MessageEvent) return
    if (source.readyState === EventSource.CLOSED) return end('refused')
    const worked = heardFrom && openedAt !== null && Date.now() - openedAt >= shortLifeMs
    if (!worked && !toldToReturn) return end('failed')
    openedAt = null
    heardFrom = false
    toldToReturn = false
    expectWithin(reopenMs)
    handlers.onInterrupted()
  }
  for (const name of eventNames) source.addEventListener(name, onMessage)
  return { close }
}

function parseObject(text: unknown): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(String(text))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
