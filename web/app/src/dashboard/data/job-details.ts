import type { Job } from '@jobcast/react'
import { isFinal } from '@jobcast/react/core'
import { ApiError, messageOf, requestJson, requestText } from '../../shared/api.js'
import { Signal } from '../../shared/signal.js'
import type { LogEvent } from './timeline.js'

/** What the table does not need: whole results and the payload come only with the job itself. */
export type WholeJob = Job & { payload?: unknown }

export interface WhyAnswer {
  reason: string
  sentence: string
  queue_position: number | null
  eta_seconds: number | null
  stalled: boolean
}

export interface Details {
  job: WholeJob | null
  events: LogEvent[]
  why: WhyAnswer | null
  log: string | null
  error: string | null
  gone: boolean
}

export const noDetails: Details = { job: null, events: [], why: null, log: null, error: null, gone: false }

/** News of a busy job come many a second; that often the server is not asked. */
const leastMs = 500
/** How long an open job is left alone at most: its place in the queue changes without an event of its own. */
const mostMs = 3_000
/** The last lines are what is looked for. */
const logTailChars = 64 * 1024

/** Everything about one job, for as long as its drawer is open. */
export class JobDetails {
  readonly state = new Signal<Details>(noDetails)
  private timer: ReturnType<typeof setTimeout> | undefined
  private dueAt = 0
  private busy = false
  private stopped = false
  private readonly address: string

  constructor(id: string) {
    this.address = `/api/jobs/${encodeURIComponent(id)}`
  }

  start(): void {
    this.stopped = false
    void this.round()
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
  }

  /** The job has changed. */
  renew(): void {
    if (!this.busy && !this.stopped) this.askIn(Math.max(0, Math.min(this.dueAt - Date.now(), leastMs)))
  }

  private askIn(delayMs: number): void {
    clearTimeout(this.timer)
    this.dueAt = Date.now() + delayMs
    this.timer = setTimeout(() => void this.round(), delayMs)
  }

  private async round(): Promise<void> {
    if (this.busy) return
    this.busy = true
    try {
      await this.ask()
    } catch (error) {
      const gone = error instanceof ApiError && error.status === 404
      this.state.set({ ...this.state.get(), error: messageOf(error), gone })
    }
    this.busy = false
    const { job, gone } = this.state.get()
    if (!this.stopped && !gone && (!job || !isFinal(job.status))) this.askIn(mostMs)
  }

  private async ask(): Promise<void> {
    const before = this.state.get()
    const newest = before.events[before.events.length - 1]?.seq ?? 0
    const [{ job }, { events }, log] = await Promise.all([
      requestJson<{ job: WholeJob }>(this.address),
      requestJson<{ events: LogEvent[] }>(`${this.address}/events?after=${newest}`),
      requestText(`${this.address}/log`),
    ])
    const why = isFinal(job.status) ? null : await requestJson<WhyAnswer>(`${this.address}/why`)
    this.state.set({
      job,
      events: events.length === 0 ? before.events : [...before.events, ...events],
      why,
      log: log.slice(-logTailChars),
      error: null,
      gone: false,
    })
  }
}
