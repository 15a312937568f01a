import type { Job, JobStatusName } from '@jobcast/react'

export type Method = 'sse' | 'polling'

/** One change of the job, and when each method brought it. */
export interface ChangeSeen {
  seq: number
  status: JobStatusName
  progress: number | null
  /** By the server's clock, in ms since the epoch. */
  changedAt: number
  /** From the change to its arrival, in ms; null where it has not come. */
  delay: Record<Method, number | null>
}

export interface MethodFigures {
  requests: number
  bytes: number
  changes: number
  /** Changes that the other method brought and this one passed over. */
  missed: number
  medianDelay: number | null
  maxDelay: number | null
}

const maxChanges = 500

/** What each method brought, how late, and at what cost. */
export class Comparison {
  private changes: ChangeSeen[] = []
  private newest: Record<Method, number> = { sse: 0, polling: 0 }
  private readonly cost: Record<Method, { requests: number; bytes: number }> = {
    sse: { requests: 0, bytes: 0 },
    polling: { requests: 0, bytes: 0 },
  }

  /** The newest first. */
  get seen(): readonly ChangeSeen[] {
    return this.changes
  }

  countRequest(method: Method): void {
    this.cost[method].requests += 1
  }

  countBytes(method: Method, bytes: number): void {
    this.cost[method].bytes += bytes
  }

  take(method: Method, job: Job, arrivedAt: number): void {
    if (job.seq <= this.newest[method]) return
    this.newest[method] = job.seq
    const changedAt = Date.parse(job.updated_at)
    const change = this.changeOf(job, changedAt)
    change.delay = { ...change.delay, [method]: Math.max(0, arrivedAt - changedAt) }
  }

  figures(method: Method): MethodFigures {
    const delays = this.changes.flatMap(({ delay }) => delay[method] ?? []).sort((a, b) => a - b)
    const missed = this.changes.filter(
      ({ seq, delay }) => delay[method] === null && seq < this.newest[method],
    )
    return {
      ...this.cost[method],
      changes: delays.length,
      missed: missed.length,
      medianDelay: delays[Math.floor(delays.length / 2)] ?? null,
      maxDelay: delays[delays.length - 1] ?? null,
    }
  }

  private changeOf(job: Job, changedAt: number): ChangeSeen {
    const known = this.changes.find(({ seq }) => seq === job.seq)
    if (known) return known
    const { seq, status, progress } = job
    const change: ChangeSeen = { seq, status, progress, changedAt, delay: { sse: null, polling: null } }
    this.changes = [...this.changes, change].sort((a, b) => b.seq - a.seq).slice(0, maxChanges)
    return change
  }
}
