import type { Job, JobSummary } from '@jobcast/react'
import { serverNow } from '../../shared/server-clock.js'
import { Signal } from '../../shared/signal.js'
import { Activity } from './activity.js'
import { matches, newestFirst, noFilter, type Filter, type Sort } from './job-order.js'
import { JobTable, type CreationSpan, type Row } from './job-table.js'
import { JobView } from './job-view.js'
import { PageLoader, type LoadState, type Page } from './page-loader.js'
import { RecentValues } from './recent-values.js'
import type { Delta, Snapshot } from './wire.js'

/** More than this are not kept; the oldest go. */
const maxJobs = 20_000
const evictedAtOnce = 1_000
/** Beyond this many changes at once, sorting anew is cheaper than moving each. */
const rebuildFrom = 200
/** Numbers that change more often than this can't be read. */
const renderEveryMs = 100
const hiddenRenderEveryMs = 1_000

export interface ListState {
  /** The array itself changes in place; this object is a new one whenever it did. */
  rows: readonly Row[]
  held: boolean
  /** Moves that wait for the end of the hold. */
  waiting: number
  known: number
}

const endOfTime = '9999'

/** All jobs that the dashboard knows and the part that it shows. Changes are told once a frame. */
export class JobList {
  readonly state = new Signal<ListState>({ rows: [], held: false, waiting: 0, known: 0 })
  readonly summary = new Signal<JobSummary | null>(null)
  readonly loading = new Signal<LoadState>({ busy: false, complete: false, error: null })
  readonly activity = new Activity()
  /** Of all events that any job brought. */
  newestSeq = 0
  /** From a change to its arrival here, in ms; as true as the two clocks agree. */
  readonly arrivalDelay = new RecentValues(500)

  private readonly table = new JobTable()
  private readonly view = new JobView()
  private readonly pages = new PageLoader({
    mark: () => this.newestSeq,
    onPage: (page, mark) => this.takePage(page, mark),
    onState: (state) => this.loading.set(state),
  })
  private filter: Filter = noFilter
  private sort: Sort = newestFirst
  private newestSummary: JobSummary | null = null
  private renderTimer: ReturnType<typeof setTimeout> | undefined
  private renderedAt = 0

  job(id: string): Job | undefined {
    return this.table.get(id)?.job
  }

  arrange(filter: Filter, sort: Sort): void {
    this.filter = filter
    this.sort = sort
    this.view.arrange(filter, sort, this.table.all())
    this.render()
    this.pages.restart(filter, this.leastCount())
  }

  /** The row at this index is in sight, or nearly so. */
  reach(index: number): void {
    if (this.table.size < maxJobs) this.pages.want(index + 1)
  }

  retryLoading(): void {
    this.pages.retry()
  }

  stop(): void {
    this.pages.stop()
    clearTimeout(this.renderTimer)
    this.renderTimer = undefined
  }

  hold(held: boolean): void {
    if (held === this.view.held) return
    if (held) this.view.hold()
    else this.view.release(this.table.all())
    this.render()
  }

  /** Lets waiting moves happen once, without ending the hold. */
  refresh(): void {
    this.view.rebuild(this.table.all())
    this.render()
  }

  indexOf(id: string): number {
    const row = this.table.get(id)
    return row?.shown ? this.view.indexOf(row) : -1
  }

  takeDelta({ job, deletedId, summary }: Delta): void {
    this.newestSummary = summary
    if (deletedId !== null) this.removed(this.table.bury(deletedId))
    if (job) {
      this.arrivalDelay.add(Math.max(0, serverNow() - Date.parse(job.updated_at)))
      this.change(job)
      this.evict()
    }
    this.renderSoon()
  }

  /** `reopened`: what was missed meanwhile is not known, so that older pages have to be looked at again. */
  takeSnapshot({ jobs, summary, seq, limit }: Snapshot, reopened: boolean): void {
    const span = {
      after: jobs.length < limit ? '' : (jobs[jobs.length - 1]?.created_at ?? ''),
      before: endOfTime,
    }
    this.newestSummary = summary
    this.takeMany(jobs, reopened)
    this.forgetMissing(span, jobs, seq, () => true)
    if (reopened) this.pages.restart(this.filter, Math.max(this.pages.depth, this.leastCount()))
    this.renderSoon()
  }

  private takePage({ filter, jobs, follows, reachesEnd }: Page, mark: number): void {
    this.takeMany(jobs, true)
    const first = jobs[0]
    const last = jobs[jobs.length - 1]
    // A job that is not found under its status may have another one by now.
    if (filter.status === '' && (first ?? follows)) {
      const span = {
        after: reachesEnd ? '' : (last?.created_at ?? ''),
        before: (follows ?? first)?.created_at ?? '',
      }
      this.forgetMissing(span, jobs, mark, (job) => matches(filter, job))
    }
    this.renderSoon()
  }

  private leastCount(): number {
    const newest = this.sort.key === newestFirst.key && this.sort.descending
    return newest ? 1 : maxJobs
  }

  /** `loading`: even a held list takes in what it did not know, since that is what the reader waits for. */
  private takeMany(jobs: readonly Job[], loading: boolean): void {
    const rebuilding = this.view.held ? this.view.shown.length === 0 : jobs.length >= rebuildFrom
    if (rebuilding) {
      for (const job of jobs) this.put(job)
      this.view.rebuild(this.table.all())
    } else {
      for (const job of jobs) {
        if (loading && this.view.held && !this.table.get(job.id)) this.append(job)
        else this.change(job)
      }
    }
    this.evict()
  }

  /** Null where it is no news. */
  private put(job: Job): Row | null {
    const change = this.table.check(job)
    if (!change) return null
    this.note(change.before, job)
    this.table.put(change.row, job)
    return change.row
  }

  private append(job: Job): void {
    const row = this.put(job)
    if (row) this.view.append(row, job)
  }

  private change(job: Job): void {
    const change = this.table.check(job)
    if (!change) return
    this.note(change.before, job)
    this.view.change(change.row, job, () => this.table.put(change.row, job))
  }

  private note(before: Job | undefined, job: Job): void {
    this.newestSeq = Math.max(this.newestSeq, job.seq)
    this.activity.take(before, job)
  }

  private forgetMissing(
    span: CreationSpan,
    listed: readonly Job[],
    seq: number,
    concerns: (job: Job) => boolean,
  ): void {
    for (const { job } of this.table.missing(span, listed, seq, concerns))
      this.removed(this.table.forget(job.id))
  }

  private evict(): void {
    if (this.table.size < maxJobs + evictedAtOnce) return
    for (const { job } of this.table.oldest(evictedAtOnce)) this.removed(this.table.forget(job.id))
  }

  private removed(row: Row | undefined): void {
    if (row) this.view.remove(row)
  }

  private renderSoon(): void {
    if (this.renderTimer !== undefined) return
    const everyMs = document.hidden ? hiddenRenderEveryMs : renderEveryMs
    const delay = Math.max(0, this.renderedAt + everyMs - performance.now())
    this.renderTimer = setTimeout(() => {
      // Nothing is painted in a hidden tab, and no frame comes.
      if (document.hidden) this.render()
      else requestAnimationFrame(() => this.render())
    }, delay)
  }

  private render(): void {
    clearTimeout(this.renderTimer)
    this.renderTimer = undefined
    this.renderedAt = performance.now()
    this.state.set({
      rows: this.view.shown,
      held: this.view.held,
      waiting: this.view.waiting,
      known: this.table.size,
    })
    this.summary.set(this.newestSummary)
  }
}
