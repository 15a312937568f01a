import type { Job } from '@jobcast/react'
import {
  comparison,
  matches,
  newestFirst,
  noFilter,
  type Compare,
  type Filter,
  type Sort,
} from './job-order.js'
import type { Row } from './job-table.js'

/**
 * The rows that the filter lets through, in order. A change moves one row by binary search; nothing is sorted anew
 * unless filter or order change.
 *
 * While it is held, rows change in place: none comes, moves, or goes unless it is removed.
 */
export class JobView {
  private rows: Row[] = []
  private compare: Compare = comparison(newestFirst)
  private filter: Filter = noFilter
  private holding = false
  private missed = 0

  get shown(): readonly Row[] {
    return this.rows
  }

  /** Changes of place that wait for the end of the hold. */
  get waiting(): number {
    return this.missed
  }

  get held(): boolean {
    return this.holding
  }

  arrange(filter: Filter, sort: Sort, all: Iterable<Row>): void {
    this.filter = filter
    this.compare = comparison(sort)
    this.rebuild(all)
  }

  rebuild(all: Iterable<Row>): void {
    this.rows = []
    for (const row of all) {
      row.shown = matches(this.filter, row.job)
      if (row.shown) this.rows.push(row)
    }
    this.rows.sort((a, b) => this.compare(a.job, b.job))
    this.missed = 0
  }

  hold(): void {
    this.holding = true
  }

  release(all: Iterable<Row>): void {
    this.holding = false
    if (this.missed > 0) this.rebuild(all)
  }

  /** Gives the row its new job by `put`, and its new place. */
  change(row: Row, next: Job, put: () => void): void {
    const will = matches(this.filter, next)
    const moves = row.shown !== will || (will && this.compare(row.job, next) !== 0)
    if (!moves) return put()
    if (this.holding) {
      this.missed += 1
      return put()
    }
    if (row.shown) this.rows.splice(this.indexOf(row), 1)
    put()
    row.shown = will
    if (will) this.rows.splice(this.placeFor(row.job), 0, row)
  }

  /** Takes in a row at the end, held or not; it finds its place when the order is made anew. */
  append(row: Row, job: Job): void {
    row.shown = matches(this.filter, job)
    if (!row.shown) return
    this.rows.push(row)
    this.missed += 1
  }

  remove(row: Row): void {
    if (!row.shown) return
    const index = this.indexOf(row)
    if (index >= 0) this.rows.splice(index, 1)
    row.shown = false
  }

  /** -1 where it is not shown. */
  indexOf(row: Row): number {
    // While held, rows may stand where their old state put them.
    if (this.holding) return this.rows.indexOf(row)
    const index = this.placeFor(row.job)
    return this.rows[index] === row ? index : -1
  }

  /** The first index whose row does not come before the job. */
  private placeFor(job: Job): number {
    let low = 0
    let high = this.rows.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const row = this.rows[middle]
      if (row && this.compare(row.job, job) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
