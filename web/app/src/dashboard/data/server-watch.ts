import { requestJson, requestText } from '../../shared/api.js'
import { Signal } from '../../shared/signal.js'
import { quantile, readByLabel, readHistogram, since, type Histogram } from './metrics-text.js'

const everyMs = 3_000

export interface Handler {
  name: string
  /** Run by workers elsewhere. */
  external: boolean
  concurrency: number | null
  paused: boolean
  waiting: number
  running: number
  mean_seconds: number | null
}

export interface ServerFigures {
  /** Open streams by their kind; null until told. */
  streams: Record<string, number> | null
  /** From commit to socket of the last readings, in ms; null where the server does not tell. */
  commitToSocketMs: { median: number; p99: number } | null
}

const delayHistogram = 'jobcast_commit_to_socket_seconds'

/** What the stream does not tell: handlers and the server's own figures, asked for again and again. */
export class ServerWatch {
  readonly handlers = new Signal<Handler[] | null>(null)
  readonly figures = new Signal<ServerFigures>({ streams: null, commitToSocketMs: null })
  private timer: ReturnType<typeof setTimeout> | undefined
  private delays: Histogram | null = null
  private running = false

  start(): void {
    if (this.running) return
    this.running = true
    void this.round()
  }

  stop(): void {
    this.running = false
    clearTimeout(this.timer)
  }

  async setPaused(name: string, paused: boolean): Promise<void> {
    await requestJson(`/api/handlers/${encodeURIComponent(name)}/${paused ? 'pause' : 'resume'}`, {
      method: 'POST',
    })
    await this.readHandlers()
  }

  private async round(): Promise<void> {
    if (!document.hidden) {
      // A server that is away is told by the connection, and not here.
      await Promise.allSettled([this.readHandlers(), this.readFigures()])
    }
    if (this.running) this.timer = setTimeout(() => void this.round(), everyMs)
  }

  private async readHandlers(): Promise<void> {
    const { handlers } = await requestJson<{ handlers: Handler[] }>('/api/handlers')
    this.handlers.set(handlers)
  }

  private async readFigures(): Promise<void> {
    const text = await requestText('/metrics')
    const delays = readHistogram(text, delayHistogram)
    let commitToSocketMs = this.figures.get().commitToSocketMs
    if (delays) {
      const recent = since(this.delays, delays)
      const [median, p99] = [quantile(recent, 0.5), quantile(recent, 0.99)]
      if (median !== null && p99 !== null) commitToSocketMs = { median: median * 1000, p99: p99 * 1000 }
      this.delays = delays
    }
    this.figures.set({ streams: readByLabel(text, 'jobcast_open_streams', 'kind'), commitToSocketMs })
  }
}
