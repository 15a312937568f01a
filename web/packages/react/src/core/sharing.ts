import type { News } from './link.js'
import { Tabs } from './tabs.js'
import type { Watched, Watcher } from './watched.js'

/** What comes in, as it is told to other tabs. */
export type Told = Partial<News> & Pick<News, 'keys'>

/** What the leading tab says, who also says so when it begins to lead. */
interface FromLeader extends Told {
  hidden: boolean
  hello?: boolean
}

/** What another tab says: what it watches, and what it wants to have asked anew; or nothing, to get an answer. */
interface Wishes {
  keys?: never
  tab?: number
  want?: string[]
  interval?: number
  refetch?: string
}

/** The hub whose targets are shared. */
export interface Host {
  watched: Map<string, Watched>
  /** Those of which news is wanted and may still come, and how often they are to be polled. */
  open(): Watched[]
  interval(): number
  isHidden(): boolean
  add(key: string, watcher: Watcher): Watched
  drop(one: Watched, watcher: Watcher): void
  /** Has what one is told by another tab's request told again. */
  tellAgain(one: Watched): void
  refetch(key: string): void
  /** Something else is wanted, or this tab has got or lost the lead. */
  settleSoon(): void
  stopLeading(): void
  take(news: Told): void
}

/** One hub for all tabs: the leading tab asks the server, and the others ask the leading one. */
export class Sharing {
  private readonly me_ = Math.random()
  private readonly host_: Host
  private readonly tabs_: Tabs<FromLeader | Wishes>
  /** What other tabs watch, while this one leads. */
  private readonly others_ = new Map<number, Watcher>()
  private leaderHidden_ = false

  constructor(name: string, host: Host) {
    this.host_ = host
    this.tabs_ = new Tabs<FromLeader | Wishes>(name, {
      onTurn: () => {
        if (this.leads()) this.post({ keys: [] }, true)
        else this.forgetOthers_()
        host.settleSoon()
      },
      onMessage: (message) => (message.keys ? this.follow_(message) : this.serve_(message)),
      isHidden: host.isHidden,
      isUnhappy: () => this.leaderHidden_ && host.open().some(({ state }) => /^[pr]/.test(state.phase)),
    })
  }

  leads(): boolean {
    return this.tabs_.leads()
  }

  /** To the other tabs, if this one leads. */
  post(news: Told, hello = false): void {
    if (this.leads()) this.tabs_.post({ ...news, hello, hidden: this.host_.isHidden() })
  }

  /** Tells the leading tab what is watched here. */
  ask(): void {
    const want = this.host_.open().map(({ key }) => key)
    this.tabs_.post({ tab: this.me_, want, interval: this.host_.interval() })
  }

  askAnew(key: string): void {
    if (!this.leads()) this.tabs_.post({ tab: this.me_, refetch: key })
  }

  leave(): void {
    if (!this.leads()) this.tabs_.post({ tab: this.me_, want: [] })
    this.forgetOthers_()
    this.tabs_.leave()
  }

  private forgetOthers_(): void {
    this.host_.stopLeading()
    for (const one of this.host_.watched.values()) {
      for (const watcher of this.others_.values()) one.watchers_.delete(watcher)
    }
    this.others_.clear()
  }

  private follow_(message: FromLeader): void {
    if (this.leads()) return
    if (message.hello) this.host_.settleSoon()
    this.leaderHidden_ = message.hidden
    this.host_.take(message)
  }

  /** Does what another tab asks for, if this one leads. */
  private serve_({ tab = 0, want, interval = 0, refetch }: Wishes): void {
    if (!this.leads()) return
    const { host_: host } = this
    const known = this.others_.get(tab)
    const watcher = { interval }
    if (want) this.others_.set(tab, watcher)
    for (const key of want ?? []) {
      const isNew = !known || !host.watched.get(key)?.watchers_.has(known)
      const one = host.add(key, watcher)
      if (isNew) host.tellAgain(one)
    }
    if (want && known) {
      for (const one of host.watched.values()) if (one.watchers_.has(known)) host.drop(one, known)
    }
    if (refetch !== undefined) host.refetch(refetch)
    this.post({ keys: [] })
  }
}
