import type { Phase } from '@jobcast/react'
import { requestJson } from '../../shared/api.js'
import { serverNow, setServerTime } from '../../shared/server-clock.js'
import { Signal } from '../../shared/signal.js'
import { adminFeed } from './admin-feed.js'
import type { Filter } from './job-order.js'
import { JobList } from './job-list.js'
import { ServerWatch } from './server-watch.js'
import { readUrl, writeUrl, type UrlState } from './url-state.js'

export type SteerAction = 'retry' | 'cancel' | 'delete'

/** Which jobs an action is about: these, or all that a filter finds. */
export type Target = { ids: string[] } | { filter: Filter }

export interface Outcome {
  done: number
  skipped: number
}

export interface Connection {
  phase: Phase
  message: string | null
}

/** Who this browser is to the server. */
export interface Session {
  role: 'admin' | 'publish' | null
  admin_token_set: boolean
}

/** Everything the dashboard shows, and what can be done there. */
export class Dashboard {
  readonly connection = new Signal<Connection>({ phase: 'idle', message: null })
  /** Of the server, in ms since the epoch by its own clock. */
  readonly startedAt = new Signal<number | null>(null)
  /** Null until the server has told. */
  readonly session = new Signal<Session | null>(null)
  readonly url: Signal<UrlState>
  readonly list = new JobList()
  readonly server = new ServerWatch()
  private readonly feed = adminFeed({
    mark: () => this.list.newestSeq,
    onSnapshot: (snapshot) => {
      if (snapshot.timestamp) setServerTime(snapshot.timestamp)
      if (snapshot.server) this.startedAt.set(serverNow() - snapshot.server.uptime_seconds * 1000)
      this.list.takeSnapshot(snapshot, snapshot.server !== null)
    },
    onDelta: (delta) => this.list.takeDelta(delta),
    onPhase: (phase, message) => this.becomeConnected({ phase, message }),
  })

  constructor() {
    this.url = new Signal(readUrl(location.search))
  }

  start(): () => void {
    const { filter, sort } = this.url.get()
    this.list.arrange(filter, sort)
    this.feed.start()
    this.server.start()
    window.addEventListener('popstate', this.readLocation)
    return () => {
      window.removeEventListener('popstate', this.readLocation)
      this.feed.stop()
      this.server.stop()
      this.list.stop()
    }
  }

  /** Changes the address; `step` makes a step in the browser's history that the back button undoes. */
  go(change: Partial<UrlState>, step: 'step' | 'replace'): void {
    const next = { ...this.url.get(), ...change }
    const address = location.pathname + writeUrl(next)
    if (step === 'step') history.pushState(null, '', address)
    else history.replaceState(null, '', address)
    this.arrive(next)
  }

  /** This browser has a session now. */
  signedIn(): void {
    this.feed.start()
    this.server.start()
    this.list.retryLoading()
  }

  async signOut(): Promise<void> {
    await requestJson('/api/session', { method: 'DELETE' })
    this.feed.stop()
    this.feed.start()
  }

  steer(action: SteerAction, target: Target): Promise<Outcome> {
    const chosen = 'ids' in target ? { ids: target.ids } : filterBody(target.filter)
    return requestJson<Outcome>('/api/jobs/bulk', { method: 'POST', body: { action, ...chosen } })
  }

  private becomeConnected(connection: Connection): void {
    const now = this.connection.get()
    if (now.phase === connection.phase && now.message === connection.message) return
    if (connection.phase === 'denied') this.server.stop()
    if (connection.phase === 'polling' && this.list.loading.get().error !== null) this.list.retryLoading()
    if (connection.phase === 'denied' || connection.phase === 'live') void this.readSession()
    this.connection.set(connection)
  }

  private async readSession(): Promise<void> {
    // Only the button to sign out and the words of the form to sign in depend on it.
    const session = await requestJson<Session>('/api/session').catch(() => null)
    this.session.set(session)
  }

  private readonly readLocation = (): void => this.arrive(readUrl(location.search))

  private arrive(next: UrlState): void {
    const before = this.url.get()
    this.url.set(next)
    const same = JSON.stringify([before.filter, before.sort]) === JSON.stringify([next.filter, next.sort])
    if (!same) this.list.arrange(next.filter, next.sort)
  }
}

/** The empty part of a name is in every name: without any filter, all jobs are meant. */
function filterBody({ status, kind, text }: Filter) {
  return { q: text, ...(status && { status }), ...(kind && { kind }) }
}
