import type { Phase } from '@jobcast/react'
import { makeExternalJob, runJob } from '../../shared/driven-job.js'
import { ApiError, messageOf } from '../../shared/api.js'
import { serverNow } from '../../shared/server-clock.js'
import { Signal } from '../../shared/signal.js'
import { Comparison, type ChangeSeen, type Method, type MethodFigures } from './comparison.js'
import { PollProbe } from './poll-probe.js'
import type { ProbeSink, RawEvent } from './probe.js'
import { StreamProbe } from './stream-probe.js'

export const endpoints = ['/api/background-process', '/api/sse'] as const
export type Endpoint = (typeof endpoints)[number]
export type Watched = Method | 'both'

export interface Setup {
  filename: string
  endpoint: Endpoint
  method: Watched
  intervalMs: number
}

export interface Findings {
  phases: Record<Method, Phase>
  figures: Record<Method, MethodFigures>
  changes: readonly ChangeSeen[]
  raw: readonly RawEvent[]
}

const maxRaw = 400
const steps = 25
const stepMs = 400
const renderEveryMs = 100

/** One run of the microscope: what was watched, and what was seen. */
export class Experiment {
  readonly findings: Signal<Findings>
  readonly running = new Signal(false)
  readonly error = new Signal<string | null>(null)
  /** The server makes no job for this browser before it has a session. */
  readonly locked = new Signal(false)
  private comparison = new Comparison()
  private raw: RawEvent[] = []
  private phases: Record<Method, Phase> = { sse: 'idle', polling: 'idle' }
  private stream: StreamProbe | null = null
  private poll: PollProbe | null = null
  private driver: AbortController | null = null
  private renderTimer: ReturnType<typeof setTimeout> | undefined
  private nextKey = 0

  constructor() {
    this.findings = new Signal(this.collect())
  }

  start({ filename, endpoint, method, intervalMs }: Setup): void {
    this.stop()
    this.comparison = new Comparison()
    this.raw = []
    this.error.set(null)
    const name = encodeURIComponent(filename)
    const statusUrl = `/api/background-process?action=status&filename=${name}`
    const streamUrl = endpoint === '/api/sse' ? `/api/sse?filename=${name}` : `${statusUrl}&sse=true`
    if (method !== 'polling') this.stream = new StreamProbe(streamUrl, this.sinkOf('sse'))
    if (method !== 'sse') this.poll = new PollProbe(statusUrl, intervalMs, this.sinkOf('polling'))
    this.stream?.start()
    this.poll?.start()
    this.running.set(true)
  }

  stop(): void {
    this.stream?.stop()
    this.poll?.stop()
    this.stream = null
    this.poll = null
    this.running.set(false)
  }

  dispose(): void {
    this.stop()
    this.driver?.abort()
    clearTimeout(this.renderTimer)
    this.renderTimer = undefined
  }

  cutStream(awayMs: number): void {
    this.stream?.cut(awayMs)
  }

  /** A job of this name that takes ten seconds, run by the page, and watched anew. */
  async makeJob(setup: Setup): Promise<void> {
    this.driver?.abort()
    const driver = new AbortController()
    this.driver = driver
    this.error.set(null)
    this.locked.set(false)
    try {
      const job = await makeExternalJob(setup.filename)
      if (driver.signal.aborted) return
      // Only now: an older job of this name that has ended would end the watching at once.
      this.start(setup)
      await runJob(job.id, steps, stepMs, driver.signal)
    } catch (error) {
      if (driver.signal.aborted) return
      this.error.set(messageOf(error))
      this.locked.set(error instanceof ApiError && error.unauthorized)
    }
  }

  private sinkOf(method: Method): ProbeSink {
    const { comparison } = this
    return {
      onRequest: () => comparison.countRequest(method),
      onBytes: (count) => comparison.countBytes(method, count),
      onJob: (job) => comparison.take(method, job, serverNow()),
      onRaw: (name, text, bytes, id = null) => {
        if (comparison === this.comparison) this.record({ method, name, text, bytes, id })
      },
      onPhase: (phase) => {
        this.phases = { ...this.phases, [method]: phase }
        this.renderSoon()
      },
      onRefused: (sentence) => this.error.set(sentence),
    }
  }

  private record(event: Omit<RawEvent, 'key' | 'at'>): void {
    this.raw = [{ ...event, key: this.nextKey, at: Date.now() }, ...this.raw].slice(0, maxRaw)
    this.nextKey += 1
    this.renderSoon()
  }

  private renderSoon(): void {
    this.renderTimer ??= setTimeout(() => {
      this.renderTimer = undefined
      this.findings.set(this.collect())
    }, renderEveryMs)
  }

  private collect(): Findings {
    return {
      phases: this.phases,
      figures: { sse: this.comparison.figures('sse'), polling: this.comparison.figures('polling') },
      changes: this.comparison.seen.map((change) => ({ ...change })),
      raw: this.raw,
    }
  }
}
