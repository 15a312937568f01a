import { askTargets, jobStatusUrl } from './ask-targets.js'
import { createLink, type AskResult, type Link, type LinkSource, type LinkState } from './link.js'
import { createPoller } from './poller.js'
import { createStatusApi } from './status-api.js'
import type { Listener } from './store.js'
import { chooseStreamed, targetKey, targetQuery, withQuery, type Endpoints, type Target } from './targets.js'
import { changeBatchMs, lingerMs, mountBatchMs, pollMs } from './timing.js'
import type { JobView } from './types.js'
import { WatchedJobs } from './watched-jobs.js'

export interface JobHub {
  /** Watches until the returned function is called. */
  watch(target: Target, listener: Listener): () => void
  view(target: Target): JobView | undefined
  /** Asks the server anew, whatever is known. */
  refetch(target: Target): void
}

const waitingForStream: LinkState = { phase: 'connecting', error: null, failing: false }
const polledBeside: LinkState = { phase: 'polling', error: null, failing: false }

const hubs = new Map<string, JobHub>()

/** All who watch jobs at the same endpoints share one hub, and with it one stream. */
export function jobHub(endpoints: Endpoints, pollingFallback = true): JobHub {
  const key = `${endpoints.stream} ${endpoints.status} ${pollingFallback}`
  const hub = hubs.get(key) ?? createJobHub(endpoints, pollingFallback)
  hubs.set(key, hub)
  return hub
}

export function createJobHub(endpoints: Endpoints, pollingFallback: boolean): JobHub {
  return new MultiplexedHub(endpoints, pollingFallback)
}

class MultiplexedHub implements JobHub, LinkSource {
  private readonly api = createStatusApi()
  private readonly link: Link
  private readonly jobs = new WatchedJobs((key) => this.linkOf(key))
  private streamed: Target[] = []
  private streamedKeys: ReadonlySet<string> = new Set()
  private leftKeys: ReadonlySet<string> = new Set()
  private reconcileTimer: ReturnType<typeof setTimeout> | undefined
  private lingerTimer: ReturnType<typeof setTimeout> | undefined
  private insist = false
  /** Jobs that did not fit into the stream are polled beside it. */
  private readonly leftPoller = createPoller({ intervalMs: pollMs, ask: (signal) => this.askLeft(signal) })

  constructor(
    private readonly endpoints: Endpoints,
    pollingFallback: boolean,
  ) {
    this.link = createLink(this, { pollingFallback })
  }

  watch(target: Target, listener: Listener): () => void {
    clearTimeout(this.lingerTimer)
    const key = targetKey(target)
    if (this.jobs.add(target)) {
      const stillComing = this.streamedKeys.has(key) && !this.jobs.settled(key) && this.linkRuns()
      if (!stillComing) this.startAnew(target)
    }
    const unlisten = this.jobs.listen(key, listener)
    let released = false
    return () => {
      if (released) return
      released = true
      unlisten()
      this.jobs.remove(key)
      if (!this.jobs.anyUsers()) this.lastUserLeft()
    }
  }

  view(target: Target): JobView | undefined {
    return this.jobs.view(targetKey(target))
  }

  refetch(target: Target): void {
    if (!this.jobs.view(targetKey(target))) return
    this.insist = true
    this.startAnew(target)
  }

  streamUrl(lastEventId: string | null): string {
    const parts = this.streamed.map(targetQuery)
    if (lastEventId !== null) parts.push(`last_event_id=${lastEventId}`)
    return withQuery(this.endpoints.stream, parts)
  }

  onEvent(event: Parameters<LinkSource['onEvent']>[0]): void {
    this.jobs.takeEvent(event)
    this.refill()
  }

  async ask(signal: AbortSignal): Promise<AskResult> {
    const result = await this.askFor(this.unsettledOf(this.streamedKeys), signal)
    if (result.kind === 'ok') this.refill()
    return result
  }

  isDone(): boolean {
    return this.jobs.anyUsers() && this.jobs.unsettled().length === 0
  }

  onChange(): void {
    this.jobs.renewAll()
  }

  private unsettledOf(keys: ReadonlySet<string>): Target[] {
    return this.jobs.unsettled().filter((target) => keys.has(targetKey(target)))
  }

  private linkOf(key: string): LinkState {
    if (this.leftKeys.has(key)) return polledBeside
    return this.streamedKeys.has(key) ? this.link.state() : waitingForStream
  }

  private linkRuns(): boolean {
    const { phase } = this.link.state()
    return phase !== 'idle' && phase !== 'closed' && phase !== 'denied'
  }

  /** Places in the stream became free: those who wait for one get them. */
  private refill(): void {
    const waiting = this.jobs.unsettled().some((target) => !this.streamedKeys.has(targetKey(target)))
    if (!waiting) return
    // The server ends a stream whose jobs have all finished; that must not look like a failure.
    if (this.unsettledOf(this.streamedKeys).length === 0) this.link.pause()
    this.reconcileSoon(changeBatchMs)
  }

  private startAnew(target: Target): void {
    const key = targetKey(target)
    this.api.forget(jobStatusUrl(this.endpoints.status, target))
    this.streamedKeys = new Set([...this.streamedKeys].filter((other) => other !== key))
    this.jobs.startAnew(key)
    const running = this.link.state().phase === 'live'
    this.reconcileSoon(running ? changeBatchMs : mountBatchMs)
  }

  /** A pending reconciliation is not put off: else a steady flow of changes would starve it. */
  private reconcileSoon(delayMs: number): void {
    this.reconcileTimer ??= setTimeout(() => {
      this.reconcileTimer = undefined
      this.reconcile()
    }, delayMs)
  }

  private reconcile(): void {
    if (!this.jobs.anyUsers()) return
    const { streamed, left } = chooseStreamed(this.jobs.unsettled(), this.streamedKeys)
    const missing = streamed.some((target) => !this.streamedKeys.has(targetKey(target)))
    this.leftKeys = keysOf(left)
    if (left.length === 0) this.leftPoller.stop()
    else if (!this.leftPoller.running()) this.leftPoller.start(0, 'repeat')
    if (missing || (this.insist && streamed.length > 0)) {
      this.streamed = streamed
      this.streamedKeys = keysOf(streamed)
      this.link.open(this.insist)
    }
    this.insist = false
    this.jobs.renewAll()
  }

  private lastUserLeft(): void {
    this.leftPoller.stop()
    clearTimeout(this.lingerTimer)
    if (this.link.state().phase === 'live') this.lingerTimer = setTimeout(() => this.rest(), lingerMs)
    else this.rest()
  }

  private rest(): void {
    clearTimeout(this.reconcileTimer)
    this.reconcileTimer = undefined
    this.leftKeys = new Set()
    this.streamed = []
    this.streamedKeys = new Set()
    this.leftPoller.stop()
    this.link.close()
  }

  private async askLeft(signal: AbortSignal): Promise<number> {
    const result = await this.askFor(this.unsettledOf(this.leftKeys), signal)
    return result.kind === 'later' ? result.afterMs : 0
  }

  private askFor(targets: Target[], signal: AbortSignal): Promise<AskResult> {
    return askTargets(this.api, this.endpoints.status, targets, signal, {
      onJob: (_target, job) => this.jobs.takeJob(job),
      onUnchanged: (target) => this.jobs.takeUnchanged(target),
      onMissing: (target, message) => this.jobs.takeMissing(target, message),
    })
  }
}

function keysOf(targets: Target[]): ReadonlySet<string> {
  return new Set(targets.map(targetKey))
}
