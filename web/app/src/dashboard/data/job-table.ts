import type { Job } from '@jobcast/react'

/** One job's place in the table; the same object for as long as the job is there. */
export interface Row {
  job: Job
  /** Whether the view shows it; kept here so that it need not be searched for. */
  shown: boolean
}

export interface Change {
  row: Row
  /** Undefined where the job was not known before. */
  before: Job | undefined
}

/** Times of creation, neither end included; the empty text lies before all of them. */
export interface CreationSpan {
  after: string
  before: string
}

/** Deleted jobs whose late news are still recognized. */
const maxTombstones = 20_000

/** Every job that is known, each in its newest state. What is known of a job never goes back in `seq`. */
export class JobTable {
  private readonly rows = new Map<string, Row>()
  private tombstones = new Set<string>()

  get size(): number {
    return this.rows.size
  }

  get(id: string): Row | undefined {
    return this.rows.get(id)
  }

  all(): IterableIterator<Row> {
    return this.rows.values()
  }

  /** What would change by this news; null where it is no news. Nothing is changed yet. */
  check(job: Job): Change | null {
    if (this.tombstones.has(job.id)) return null
    const known = this.rows.get(job.id)
    if (!known) return { row: { job, shown: false }, before: undefined }
    return job.seq > known.job.seq ? { row: known, before: known.job } : null
  }

  put(row: Row, job: Job): void {
    row.job = job
    this.rows.set(job.id, row)
  }

  /** Takes the job out for good: its ids are never given again, so later news of it are late news. */
  bury(id: string): Row | undefined {
    if (this.tombstones.size >= maxTombstones)
      this.tombstones = new Set([...this.tombstones].slice(maxTombstones / 2))
    this.tombstones.add(id)
    return this.forget(id)
  }

  forget(id: string): Row | undefined {
    const row = this.rows.get(id)
    this.rows.delete(id)
    return row
  }

  /**
   * Known jobs of a span of creation times that are not among `listed`, all that the server has of that span: they
   * are gone. Those that changed after `seq`, the newest number known when the list was made, are left out.
   */
  missing(span: CreationSpan, listed: readonly Job[], seq: number, concerns: (job: Job) => boolean): Row[] {
    const ids = new Set(listed.map((job) => job.id))
    return [...this.rows.values()].filter(
      ({ job }) =>
        !ids.has(job.id) &&
        job.seq <= seq &&
        job.created_at < span.before &&
        job.created_at > span.after &&
        concerns(job),
    )
  }

  /** The oldest `count` jobs, or some more where several were made in the same millisecond. */
  oldest(count: number): Row[] {
    const times = Float64Array.from(this.rows.values(), ({ job }) => Date.parse(job.created_at)).sort()
    const limit = times[Math.min(count, times.length) - 1] ?? -Infinity
    return [...this.rows.values()].filter(({ job }) => Date.parse(job.created_at) <= limit)
  }
}
