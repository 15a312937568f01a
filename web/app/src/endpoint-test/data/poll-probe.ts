import { isFinal } from '@jobcast/react/core'
import { parseJob, refusalOf, visibleHeader, type ProbeSink } from './probe.js'

/** Asks the JSON endpoint again and again, each time a while after the last answer. */
export class PollProbe {
  private timer: ReturnType<typeof setTimeout> | undefined
  private request: AbortController | null = null
  private etag: string | null = null
  private refused = false
  private stopped = false

  constructor(
    private readonly url: string,
    private readonly intervalMs: number,
    private readonly sink: ProbeSink,
  ) {}

  start(): void {
    this.sink.onPhase('connecting')
    void this.ask()
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
    this.request?.abort()
    this.sink.onPhase('idle')
  }

  private async ask(): Promise<void> {
    this.request = new AbortController()
    this.sink.onRequest()
    let over = false
    try {
      const headers: Record<string, string> = { Accept: 'application/json' }
      if (this.etag !== null) headers['If-None-Match'] = this.etag
      const response = await fetch(this.url, { headers, cache: 'no-store', signal: this.request.signal })
      over = this.take(response, await response.text())
      if (!this.refused) this.sink.onPhase(over ? 'closed' : 'polling')
    } catch {
      if (this.stopped) return
      this.sink.onRaw('broken', 'The server cannot be reached.', 0)
      this.sink.onPhase('reconnecting')
    }
    if (!over && !this.stopped) this.timer = setTimeout(() => void this.ask(), this.intervalMs)
  }

  /** True when nothing more will come. */
  private take(response: Response, body: string): boolean {
    const header = visibleHeader(response)
    const bytes = header.length + new TextEncoder().encode(body).length
    this.sink.onBytes(bytes)
    this.sink.onRaw(String(response.status), body === '' ? header : body, bytes)
    const refusal = refusalOf(response.status, body)
    if (refusal !== null) return this.refuse(refusal)
    this.etag = response.headers.get('ETag') ?? this.etag
    const job = parseJob(body)
    if (!job) return false
    this.sink.onJob(job)
    return isFinal(job.status)
  }

  private refuse(sentence: string): true {
    this.refused = true
    this.sink.onPhase('denied')
    this.sink.onRefused(sentence)
    return true
  }
}
