import type { Job } from '@jobcast/react'
import { messageOf, requestJson } from '../../shared/api.js'
import type { Filter } from './job-order.js'

const pageJobs = 500
/** So long a filter must stay as it is before the server is asked. */
const settleMs = 150

export interface LoadState {
  busy: boolean
  /** Nothing older is left to load. */
  complete: boolean
  error: string | null
}

export interface Page {
  filter: Filter
  jobs: Job[]
  /** The last job of the page before this one; null for the first page. */
  follows: Job | null
  reachesEnd: boolean
}

export interface PageSink {
  /** Called before a page is asked for; what it gives comes back with the page. */
  mark(): number
  onPage(page: Page, mark: number): void
  onState(state: LoadState): void
}

interface PageBody {
  jobs: Job[]
  next_cursor: string | null
}

/** Loads the jobs that a filter finds, page after page from the newest to the oldest, as far as they are wanted. */
export class PageLoader {
  private filter: Filter | null = null
  private cursor: string | null = null
  private last: Job | null = null
  private wanted = 0
  private loaded = 0
  private state: LoadState = { busy: false, complete: false, error: null }
  private request: AbortController | null = null
  private startTimer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly sink: PageSink) {}

  /** Begins at the newest again, and loads at least `count` jobs. */
  restart(filter: Filter, count: number): void {
    this.stop()
    this.filter = filter
    this.cursor = null
    this.last = null
    this.loaded = 0
    this.wanted = count
    this.become({ busy: false, complete: false, error: null })
    // A filter is typed letter by letter.
    this.startTimer = setTimeout(() => {
      this.startTimer = undefined
      this.proceed()
    }, settleMs)
  }

  /** At least this many jobs in all. */
  want(count: number): void {
    this.wanted = Math.max(this.wanted, count)
    if (this.state.error === null) this.proceed()
  }

  retry(): void {
    this.become({ ...this.state, error: null })
    this.proceed()
  }

  stop(): void {
    clearTimeout(this.startTimer)
    this.startTimer = undefined
    this.request?.abort()
    this.request = null
    this.filter = null
  }

  get depth(): number {
    return this.loaded
  }

  private proceed(): void {
    if (
      !this.filter ||
      this.startTimer !== undefined ||
      this.request ||
      this.state.complete ||
      this.loaded >= this.wanted
    )
      return
    void this.load(this.filter)
  }

  private async load(filter: Filter): Promise<void> {
    const request = new AbortController()
    this.request = request
    this.become({ ...this.state, busy: true })
    const mark = this.sink.mark()
    try {
      const body = await requestJson<PageBody>(pageUrl(filter, this.cursor), { signal: request.signal })
      if (this.request !== request) return
      this.request = null
      this.take(filter, body, mark)
    } catch (error) {
      if (this.request !== request) return
      this.request = null
      this.become({ ...this.state, busy: false, error: messageOf(error) })
    }
    if (this.state.error === null) this.proceed()
  }

  private take(filter: Filter, { jobs, next_cursor }: PageBody, mark: number): void {
    const page: Page = { filter, jobs, follows: this.last, reachesEnd: next_cursor === null }
    this.cursor = next_cursor
    this.last = jobs[jobs.length - 1] ?? this.last
    this.loaded += jobs.length
    this.sink.onPage(page, mark)
    this.become({ busy: false, complete: page.reachesEnd, error: null })
  }

  private become(state: LoadState): void {
    this.state = state
    this.sink.onState(state)
  }
}

function pageUrl(filter: Filter, cursor: string | null): string {
  const parameters = new URLSearchParams({ limit: String(pageJobs) })
  if (filter.status) parameters.set('status', filter.status)
  if (filter.kind) parameters.set('kind', filter.kind)
  if (filter.text) parameters.set('q', filter.text)
  if (cursor) parameters.set('cursor', cursor)
  return `/api/jobs?${parameters.toString()}`
}
