import { createLink, type AskResult, type Link, type LinkSource } from './link.js'
import { connectionView } from './phase.js'
import { createStatusApi } from './status-api.js'
import { createListeners, keepIfEqual, type Listener } from './store.js'
import { statusEndpoints, type Endpoints } from './targets.js'
import { lingerMs, mountBatchMs } from './timing.js'
import type { Job, JobListView, JobSummary } from './types.js'

/** All jobs with their summary, as one endpoint streams them. */
export interface JobList {
  watch(listener: Listener): () => void
  /** Undefined until someone watches. */
  view(): JobListView | undefined
  refetch(): void
}

const lists = new Map<string, JobList>()

export function jobList(endpoint?: string, pollingFallback = true): JobList {
  const endpoints = statusEndpoints(endpoint)
  const key = `${endpoints.status} ${pollingFallback}`
  const list = lists.get(key) ?? createJobList(endpoints, pollingFallback)
  lists.set(key, list)
  return list
}

export function createJobList(endpoints: Endpoints, pollingFallback: boolean): JobList {
  return new StreamedList(endpoints, pollingFallback)
}

class StreamedList implements JobList, LinkSource {
  private readonly api = createStatusApi()
  private readonly listeners = createListeners()
  private readonly link: Link
  private users = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private jobs: Job[] = []
  private summary: JobSummary | null = null
  private current: JobListView | undefined

  constructor(
    private readonly endpoints: Endpoints,
    pollingFallback: boolean,
  ) {
    this.link = createLink(this, { pollingFallback })
  }

  watch(listener: Listener): () => void {
    const unlisten = this.listeners.add(listener)
    this.users += 1
    if (this.users === 1) this.settleIn(mountBatchMs)
    this.onChange()
    let released = false
    return () => {
      if (released) return
      released = true
      unlisten()
      this.users -= 1
      if (this.users === 0) this.settleIn(this.link.state().phase === 'live' ? lingerMs : 0)
    }
  }

  view(): JobListView | undefined {
    return this.current
  }

  refetch(): void {
    if (this.users === 0) return
    this.api.forget(this.endpoints.status)
    this.link.open(true)
  }

  streamUrl(): string {
    return this.endpoints.stream
  }

  onEvent({ data }: Parameters<LinkSource['onEvent']>[0]): void {
    if (data.type === 'status_summary') this.take(data)
  }

  async ask(signal: AbortSignal): Promise<AskResult> {
    const answer = await this.api.ask(this.endpoints.status, signal)
    if (answer.kind === 'unchanged') return { kind: 'ok' }
    if (answer.kind === 'not_found') return { kind: 'unreachable', message: answer.message }
    if (answer.kind !== 'fresh') return answer
    if (!signal.aborted) this.take(answer.body)
    return { kind: 'ok' }
  }

  isDone(): boolean {
    return false
  }

  onChange(): void {
    const next = keepIfEqual(this.current, this.render())
    if (next === this.current) return
    this.current = next
    this.listeners.notify()
  }

  /** Decides after a moment, so that a remount neither opens a second stream nor loses the first. */
  private settleIn(delayMs: number): void {
    clearTimeout(this.timer)
    if (delayMs === 0) return this.settle()
    this.timer = setTimeout(() => this.settle(), delayMs)
  }

  private settle(): void {
    const { phase } = this.link.state()
    if (this.users === 0) this.link.close()
    else if (phase === 'idle' || phase === 'denied') this.link.open(false)
  }

  private take(data: Record<string, unknown>): void {
    if (Array.isArray(data.jobs)) this.jobs = data.jobs as Job[]
    if (data.summary) this.summary = data.summary as JobSummary
    this.onChange()
  }

  private render(): JobListView {
    const { phase, error, failing } = this.link.state()
    const shown = phase === 'idle' && this.users > 0 ? 'connecting' : phase
    return {
      ...connectionView(shown, failing),
      jobs: this.jobs,
      summary: this.summary,
      error,
      loading: this.users > 0 && this.summary === null && error === null,
    }
  }
}
