import { setServerTime } from '../../shared/server-clock.js'
import { parseJob, refusalOf, visibleHeader, type ProbeSink } from './probe.js'
import { SseParser, type SseFrame } from './sse-parser.js'

const reconnectMs = 1_000

/**
 * Reads an event stream with fetch, so that each byte of it can be shown and counted, and comes back with the last id
 * as EventSource would.
 */
export class StreamProbe {
  private request: AbortController | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private lastEventId: string | null = null
  private finished = false

  constructor(
    private readonly url: string,
    private readonly sink: ProbeSink,
  ) {}

  start(): void {
    this.sink.onPhase('connecting')
    void this.connect()
  }

  /** Ends for good. */
  stop(): void {
    clearTimeout(this.timer)
    this.request?.abort()
    this.request = null
    this.sink.onPhase('idle')
  }

  /** Cuts the connection, and stays away for so long. */
  cut(awayMs: number): void {
    if (!this.request || this.finished) return
    this.request.abort()
    this.request = null
    this.sink.onRaw('cut', 'The page closed the connection on purpose.', 0)
    this.comeBack(awayMs)
  }

  private comeBack(delayMs: number): void {
    this.sink.onPhase('reconnecting')
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.connect(), delayMs)
  }

  private async connect(): Promise<void> {
    const request = new AbortController()
    this.request = request
    this.sink.onRequest()
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' }
      if (this.lastEventId !== null) headers['Last-Event-ID'] = this.lastEventId
      const response = await fetch(this.url, { headers, cache: 'no-store', signal: request.signal })
      const header = visibleHeader(response)
      this.sink.onRaw('response', header, header.length)
      this.sink.onBytes(header.length)
      if (response.status === 204) return this.finish()
      if (response.ok && response.body) await this.read(response.body)
      else this.refused(response.status, await response.text())
    } catch {
      if (!request.signal.aborted) this.sink.onRaw('broken', 'The connection broke.', 0)
    }
    if (this.request !== request) return
    this.request = null
    if (!this.finished) this.comeBack(reconnectMs)
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const parser = new SseParser()
    const decoder = new TextDecoder()
    const reader = body.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      this.sink.onBytes(value.length)
      for (const frame of parser.take(decoder.decode(value, { stream: true }))) this.take(frame)
    }
  }

  private take(frame: SseFrame): void {
    if (frame.id !== null) this.lastEventId = frame.id
    if (frame.event === 'connection') this.greet(frame.data)
    this.sink.onRaw(frame.event, frame.data, frame.length, frame.id)
    if (frame.event === 'status' || frame.event === 'finished') {
      const job = parseJob(frame.data)
      if (job) this.sink.onJob(job)
    }
    if (frame.event === 'finished' || frame.event === 'deleted') this.finish()
  }

  private greet(data: string): void {
    setServerTime((JSON.parse(data) as { timestamp?: unknown }).timestamp)
    this.sink.onPhase('live')
  }

  private refused(status: number, body: string): void {
    this.sink.onRaw('refused', body, 0)
    const refusal = refusalOf(status, body)
    if (refusal === null) return
    this.finished = true
    this.sink.onPhase('denied')
    this.sink.onRefused(refusal)
  }

  private finish(): void {
    this.finished = true
    this.sink.onPhase('closed')
  }
}
