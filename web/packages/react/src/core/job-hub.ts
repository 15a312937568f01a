import {
  anew,
  viewOf,
  withAnswer,
  withEvent,
  withInitial,
  type InitialData,
  type JobState,
} from './job-state.js'
import { Link } from './link.js'
import { isAsleep, isHidden, onPageChange } from './page.js'
import type { Host, Sharing, Told } from './sharing.js'
import {
  endpointsOf,
  targetKey,
  type Endpoints,
  type ServerOptions,
  type Source,
  type Target,
} from './targets.js'
import {
  changeBatchMs,
  createTimer,
  lingerMs,
  maxRemembered,
  maxStreams,
  mountBatchMs,
  pollMs,
} from './timing.js'
import type { JobListView } from './types.js'
import { intervalOf, isOpen, newWatched, type Watched, type Watcher } from './watched.js'

export interface WatchOptions {
  /** Milliseconds between an answer and the next poll (2000); 0: don't poll where a stream can be had. */
  interval?: number | undefined
  /** Shown until the server has answered. */
  initialData?: InitialData | undefined
}

/** All that is watched at one endpoint: one connection for all of it, and for all tabs. A `key` is a `targetKey`. */
export interface JobHub {
  /** Watches until the returned function is called. */
  watch(key: string, listener: () => void, options?: WatchOptions): () => void
  /** Undefined until someone watches. The same object as long as nothing has changed. */
  view(key: string): JobListView | undefined
  /** Asks the server anew, whatever is known. */
  refetch(key: string): void
}

const hubs = new Map<string, JobHub>()

/** The hub that all share who ask for the same source at the same server. */
export function jobHub(source: Source, options: ServerOptions = {}): JobHub {
  const name = JSON.stringify([source, options])
  const hub = hubs.get(name) ?? createJobHub(source, options)
  hubs.set(name, hub)
  return hub
}

/** A hub that nobody else in this tab has. */
export function createJobHub(source: Source, options: ServerOptions = {}): JobHub {
  return new SharedHub(endpointsOf(source, options))
}

const isLive = ({ state }: Link): boolean => state.phase === 'live'

/** The session's cookie goes nowhere else. */
function isOwn(url: string): boolean {
  return !!globalThis.location && new URL(url, location.href).origin === location.origin
}

class SharedHub implements JobHub {
  private readonly endpoints_: Endpoints
  private readonly links_ = new Set<Link>()
  private readonly all_ = new Map<string, Watched>()
  /** Watchers of this tab. */
  private users_ = 0
  /** Undefined while nobody watches; null where there is nothing to share. */
  private sharing_: Sharing | null | undefined
  private joining_ = false
  private now_ = false
  private readonly settling_ = createTimer(() => this.settle_())
  private readonly lingering_ = createTimer(() => {
    this.tidy_(true)
    if (!this.users_) this.leave_()
  })

  constructor(endpoints: Endpoints) {
    this.endpoints_ = endpoints
    onPageChange(() => this.pageChanged_())
  }

  watch(
    key: string,
    listener: () => void,
    { interval = pollMs, initialData }: WatchOptions = {},
  ): () => void {
    const watcher: Watcher = { interval, tell: listener }
    this.users_ += 1
    const one = this.add_(key, watcher)
    this.change_(one, withInitial(one.state, initialData))
    return () => {
      if (!one.watchers_.has(watcher)) return
      this.users_ -= 1
      this.drop_(one, watcher)
    }
  }

  view(key: string): JobListView | undefined {
    return this.all_.get(key)?.view
  }

  refetch(key: string): void {
    const one = this.all_.get(key)
    if (!one?.watchers_.size) return
    this.restart_(one)
    this.settling_.set(mountBatchMs)
    this.now_ = true
    this.sharing_?.askAnew(key)
  }

  private leads_(): boolean {
    return this.sharing_ === null || !!this.sharing_?.leads()
  }

  private add_(key: string, watcher: Watcher): Watched {
    const one = this.all_.get(key) ?? newWatched(key)
    this.all_.set(key, one)
    const first = !one.watchers_.size
    one.watchers_.add(watcher)
    if (first && one.carrier_?.state.phase !== 'live') this.restart_(one)
    else if (first) this.renew_(one)
    return one
  }

  private drop_(one: Watched, watcher: Watcher): void {
    one.watchers_.delete(watcher)
    if (!one.watchers_.size) {
      this.renew_(one)
      if (this.all_.size > maxRemembered) this.all_.delete(one.key)
    }
    this.tidy_(false)
    if (!this.users_ && ![...this.links_].some(isLive)) return this.leave_()
    this.settleSoon_()
    this.lingering_.set(lingerMs)
  }

  private restart_(one: Watched): void {
    one.carrier_?.drop(one)
    this.change_(one, anew(one.state))
    this.settleSoon_()
  }

  /** Something else is wanted than before. What is pending is not put off: a steady flow of changes would starve it. */
  private settleSoon_(): void {
    if (!this.settling_.pending_()) this.settling_.set(this.links_.size ? changeBatchMs : mountBatchMs)
  }

  private settle_(): void {
    if (!this.users_ || isAsleep()) return
    if (this.sharing_ === undefined) return this.join_()
    if (this.leads_()) this.carry_(this.open_())
    else this.sharing_?.ask()
  }

  private open_(): Watched[] {
    return [...this.all_.values()].filter(isOpen)
  }

  private join_(): void {
    const { stream, status, token } = this.endpoints_
    // Polling alone is each tab's own affair: it holds no connection open. Locks are missing outside of secure contexts.
    if (!stream || !globalThis.navigator?.locks || !globalThis.BroadcastChannel) {
      this.sharing_ = null
      return this.settle_()
    }
    if (this.joining_) return
    this.joining_ = true
    const name = `jobcast 1 ${stream} ${status} ${token ? 'token' : ''}`
    // Not all pages that load the hooks watch anything at once.
    void import('./sharing.js')
      .then(({ Sharing }) => this.users_ && !isAsleep() && new Sharing(name, this.host_()))
      .catch(() => null)
      .then((sharing) => {
        this.joining_ = false
        if (sharing !== false && !this.sharing_) this.sharing_ = sharing || null
        this.settle_()
      })
  }

  private host_(): Host {
    return {
      watched: this.all_,
      open: () => this.open_(),
      interval: () => intervalOf(this.open_()),
      isHidden,
      add: (key, watcher) => this.add_(key, watcher),
      drop: (one, watcher) => this.drop_(one, watcher),
      tellAgain: (one) => {
        one.carrier_?.drop(one)
        if (one.state.settled_) this.change_(one, { ...one.state, settled_: false })
        this.settleSoon_()
      },
      refetch: (key) => this.refetch(key),
      settleSoon: () => this.settleSoon_(),
      stopLeading: () => this.stopLeading_(),
      take: (news) => this.take_(news),
    }
  }

  private leave_(): void {
    this.settling_.stop()
    this.sharing_?.leave()
    this.stopLeading_()
    this.sharing_ = undefined
  }

  private stopLeading_(): void {
    for (const link of this.links_) this.close_(link)
    for (const one of this.all_.values()) this.renew_(one)
  }

  /** Has every open target carried by one stream, or by a few where they don't fit into one. */
  private carry_(open: Watched[]): void {
    const changed = new Set<Link>()
    for (const one of open) {
      if (one.carrier_) continue
      one.carrier_ = [...this.links_].find((link) => link.hasRoom_(one.key)) ?? this.newLink_()
      one.carrier_.carried_.add(one)
      changed.add(one.carrier_)
    }
    for (const link of changed) link.open(this.now_)
    this.now_ = false
  }

  private newLink_(): Link {
    const { status, token } = this.endpoints_
    const streams = globalThis.EventSource && (!token || isOwn(status)) && this.links_.size < maxStreams
    const link = new Link(streams ? this.endpoints_ : { ...this.endpoints_, stream: '' }, (news) => {
      this.sharing_?.post(news)
      this.take_(news)
    })
    this.links_.add(link)
    return link
  }

  /** Closes what carries nothing that anybody waits for. What is live stays a while, unless all of it has ended. */
  private tidy_(all: boolean): void {
    for (const link of this.links_) {
      const carried = [...link.carried_]
      const ended = carried.length > 0 && carried.every(({ state }) => state.settled_)
      const lingers = !all && !ended && isLive(link)
      if (!lingers && !carried.some(isOpen)) this.close_(link)
    }
  }

  private close_(link: Link): void {
    link.close()
    this.links_.delete(link)
    for (const one of link.carried_) one.carrier_ = undefined
  }

  private pageChanged_(): void {
    if (isAsleep()) return this.leave_()
    this.settleSoon_()
    if (!isHidden()) for (const link of this.links_) link.wake()
  }

  private take_({ keys, link, event, answer }: Told): void {
    const { id, filename } = (event?.data.job ?? event?.data ?? {}) as Target
    const named = [targetKey({ id }), targetKey({ filename })]
    for (const one of this.all_.values()) {
      const { key } = one
      const carried = keys.includes(key)
      let { state } = one
      if (carried && link && (link.phase !== state.phase || link.trouble !== state.trouble))
        state = { ...state, ...link }
      if (event) state = withEvent(state, key, event, !!key && named.includes(key), carried)
      if (answer && carried) state = withAnswer(state, key, answer)
      this.change_(one, state)
    }
    this.tidy_(false)
  }

  private change_(one: Watched, state: JobState): void {
    if (one.state === state) return
    one.state = state
    this.renew_(one)
  }

  private renew_(one: Watched): void {
    one.view = viewOf(one.state, one.watchers_.size > 0)
    for (const { tell } of [...one.watchers_]) tell?.()
  }
}
