import {
  anew,
  viewOf,
  withAnswer,
  withEvent,
  withInitial,
  type InitialData,
  type JobState,
} from './job-state.js'
import { Link, type News } from './link.js'
import { isAsleep, isHidden, onPageChange } from './page.js'
import { Tabs } from './tabs.js'
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

/** What the leading tab says, who also says so when it begins to lead. */
interface FromLeader extends Partial<News> {
  keys: string[]
  hidden: boolean
  hello?: boolean
}

/** What another tab says: what it watches, and what it wants to have asked anew; or nothing, to get an answer. */
interface Wishes {
  keys?: never
  tab?: number
  want?: [key: string, interval: number][]
  refetch?: string
}

class SharedHub implements JobHub {
  readonly #me = Math.random()
  readonly #endpoints: Endpoints
  readonly #links = new Set<Link>()
  readonly #all = new Map<string, Watched>()
  /** Watchers of this tab. */
  #users = 0
  /** Undefined while nobody watches; null where there is nothing to share. */
  #tabs: Tabs<FromLeader | Wishes> | null | undefined
  #leaderHidden = false
  #now = false
  readonly #settling = createTimer(() => this.#settle())
  readonly #lingering = createTimer(() => {
    this.#tidy(true)
    if (!this.#users) this.#leave()
  })

  constructor(endpoints: Endpoints) {
    this.#endpoints = endpoints
    onPageChange(() => this.#pageChanged())
  }

  watch(
    key: string,
    listener: () => void,
    { interval = pollMs, initialData }: WatchOptions = {},
  ): () => void {
    const watcher: Watcher = { interval, tell: listener }
    this.#users += 1
    const one = this.#add(key, watcher)
    if (initialData && !one.state.answered) this.#change(one, withInitial(one.state, initialData))
    return () => {
      if (!one.watchers.has(watcher)) return
      this.#users -= 1
      this.#drop(one, watcher)
    }
  }

  view(key: string): JobListView | undefined {
    return this.#all.get(key)?.view
  }

  refetch(key: string): void {
    const one = this.#all.get(key)
    if (!one?.watchers.size) return
    this.#restart(one)
    this.#settling.set(mountBatchMs)
    this.#now = true
    if (!this.#leads()) this.#tabs?.post({ tab: this.#me, refetch: key })
  }

  #leads(): boolean {
    return this.#tabs === null || !!this.#tabs?.leads()
  }

  #add(key: string, watcher: Watcher): Watched {
    const one = this.#all.get(key) ?? newWatched(key)
    this.#all.set(key, one)
    const first = !one.watchers.size
    one.watchers.add(watcher)
    if (first && one.carrier?.state.phase !== 'live') this.#restart(one)
    else if (first) this.#renew(one)
    return one
  }

  #drop(one: Watched, watcher: Watcher): void {
    one.watchers.delete(watcher)
    if (!one.watchers.size) {
      this.#renew(one)
      if (this.#all.size > maxRemembered) this.#all.delete(one.key)
    }
    this.#tidy(false)
    if (!this.#users && ![...this.#links].some(isLive)) return this.#leave()
    this.#settleSoon()
    this.#lingering.set(lingerMs)
  }

  #restart(one: Watched): void {
    one.carrier?.drop(one)
    this.#change(one, anew(one.state))
    this.#settleSoon()
  }

  /** Something else is wanted than before. What is pending is not put off: a steady flow of changes would starve it. */
  #settleSoon(): void {
    if (!this.#settling.pending()) this.#settling.set(this.#links.size ? changeBatchMs : mountBatchMs)
  }

  #settle(): void {
    if (!this.#users || isAsleep()) return
    if (this.#tabs === undefined) this.#tabs = this.#join()
    const open = [...this.#all.values()].filter(isOpen)
    const want = open.map((one): [string, number] => [one.key, intervalOf([one])])
    if (this.#leads()) this.#carry(open)
    else this.#tabs?.post({ tab: this.#me, want })
  }

  #join(): Tabs<FromLeader | Wishes> | null {
    const { stream, status, token } = this.#endpoints
    // Polling alone is each tab's own affair: it holds no connection open.
    if (!stream || !Tabs.possible()) return null
    return new Tabs<FromLeader | Wishes>(`jobcast 1 ${stream} ${status} ${token ? 'token' : ''}`, {
      onTurn: () => {
        if (this.#leads()) this.#post({ keys: [], hello: true })
        else this.#stopLeading()
        this.#settleSoon()
      },
      onMessage: (message) => (message.keys ? this.#follow(message) : this.#serve(message)),
      isUnhappy: () =>
        this.#leaderHidden &&
        [...this.#all.values()].some((one) => isOpen(one) && /^[pr]/.test(one.state.phase)),
    })
  }

  #leave(): void {
    this.#settling.stop()
    if (!this.#leads()) this.#tabs?.post({ tab: this.#me, want: [] })
    this.#stopLeading()
    this.#tabs?.leave()
    this.#tabs = undefined
  }

  #stopLeading(): void {
    for (const link of this.#links) this.#close(link)
    for (const one of this.#all.values()) {
      for (const watcher of one.watchers) if (watcher.tab) one.watchers.delete(watcher)
      this.#renew(one)
    }
  }

  /** Has every open target carried by one stream, or by a few where they don't fit into one. */
  #carry(open: Watched[]): void {
    const changed = new Set<Link>()
    for (const one of open) {
      if (one.carrier) continue
      one.carrier = [...this.#links].find((link) => link.hasRoom(one.key)) ?? this.#newLink()
      one.carrier.carried.add(one)
      changed.add(one.carrier)
    }
    for (const link of changed) link.open(this.#now)
    this.#now = false
  }

  #newLink(): Link {
    const { status, token } = this.#endpoints
    const streams = globalThis.EventSource && (!token || isOwn(status)) && this.#links.size < maxStreams
    const link = new Link(streams ? this.#endpoints : { ...this.#endpoints, stream: '' }, (news) => {
      this.#post(news)
      this.#take(news)
    })
    this.#links.add(link)
    return link
  }

  /** Closes what carries nothing that anybody waits for. What is live stays a while, unless all of it has ended. */
  #tidy(all: boolean): void {
    for (const link of this.#links) {
      const carried = [...link.carried]
      const ended = carried.length > 0 && carried.every(({ state }) => state.settled)
      const lingers = !all && !ended && isLive(link)
      if (!lingers && !carried.some(isOpen)) this.#close(link)
    }
  }

  #close(link: Link): void {
    link.close()
    this.#links.delete(link)
    for (const one of link.carried) one.carrier = undefined
  }

  #pageChanged(): void {
    if (isAsleep()) return this.#leave()
    this.#settleSoon()
    if (!isHidden()) for (const link of this.#links) link.wake()
  }

  #take({ keys, link, event, answer }: Partial<News> & { keys: string[] }): void {
    const { id, filename } = (event?.data.job ?? event?.data ?? {}) as Target
    const named = [targetKey({ id }), targetKey({ filename })]
    for (const one of this.#all.values()) {
      const { key } = one
      const carried = keys.includes(key)
      let { state } = one
      if (carried && link && (link.phase !== state.phase || link.trouble !== state.trouble))
        state = { ...state, ...link }
      if (event) state = withEvent(state, key, event, !!key && named.includes(key), carried)
      if (answer && carried) state = withAnswer(state, key, answer)
      this.#change(one, state)
    }
    this.#tidy(false)
  }

  #follow(message: FromLeader): void {
    if (this.#leads()) return
    if (message.hello) this.#settleSoon()
    this.#leaderHidden = message.hidden
    this.#take(message)
  }

  /** Does what another tab asks for, if this one leads. */
  #serve({ tab, want, refetch }: Wishes): void {
    if (!this.#leads()) return
    const before = new Map<Watched, Watcher>()
    for (const one of this.#all.values()) {
      for (const watcher of one.watchers) if (want && watcher.tab === tab) before.set(one, watcher)
    }
    for (const [key, interval] of want ?? []) {
      const one = this.#add(key, { interval, tab })
      // A tab to which it is new has to be told what is known: all are, again.
      if (before.has(one)) continue
      one.carrier?.drop(one)
      if (one.state.settled) this.#change(one, { ...one.state, settled: false })
    }
    for (const [one, watcher] of before) this.#drop(one, watcher)
    this.#settleSoon()
    if (refetch !== undefined) this.refetch(refetch)
    this.#post({ keys: [] })
  }

  #post(message: Omit<FromLeader, 'hidden'>): void {
    if (this.#tabs?.leads()) this.#tabs.post({ ...message, hidden: isHidden() })
  }

  #change(one: Watched, state: JobState): void {
    if (one.state === state) return
    one.state = state
    this.#renew(one)
  }

  #renew(one: Watched): void {
    one.view = viewOf(one.state, one.watchers.size > 0)
    for (const { tell } of [...one.watchers]) tell?.()
  }
}
