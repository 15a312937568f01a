import { connectionView } from './phase.js'
import { createListeners, keepIfEqual, type Listener, type Listeners } from './store.js'
import {
  concerns,
  forgetSeq,
  unknownState,
  watchedAnew,
  withDeleted,
  withError,
  withJob,
  withoutJob,
  type TargetState,
} from './target-state.js'
import { targetKey, type Target } from './targets.js'
import { maxRemembered } from './timing.js'
import type { LinkState } from './link.js'
import type { StreamEvent } from './event-stream.js'
import type { Job, JobView } from './types.js'

interface Entry {
  target: Target
  users: number
  state: TargetState
  view: JobView | undefined
  listeners: Listeners
}

/** The jobs that someone watches or has watched, what is known of them, and who wants to hear of it. */
export class WatchedJobs {
  private readonly entries = new Map<string, Entry>()

  /** `linkOf` tells how the data of a target that is still open comes in. */
  constructor(private readonly linkOf: (key: string) => LinkState) {}

  /** True where the target was not watched before. */
  add(target: Target): boolean {
    const key = targetKey(target)
    const entry = this.entries.get(key) ?? {
      target,
      users: 0,
      state: unknownState,
      view: undefined,
      listeners: createListeners(),
    }
    // Set again, so that the map stays in the order of the last use.
    this.entries.delete(key)
    this.entries.set(key, entry)
    entry.users += 1
    this.renew(key, entry)
    return entry.users === 1
  }

  remove(key: string): void {
    const entry = this.entries.get(key)
    if (!entry) return
    entry.users -= 1
    this.renew(key, entry)
    this.evict()
  }

  listen(key: string, listener: Listener): () => void {
    return this.entries.get(key)?.listeners.add(listener) ?? (() => undefined)
  }

  startAnew(key: string): void {
    this.change(key, watchedAnew)
  }

  view(key: string): JobView | undefined {
    return this.entries.get(key)?.view
  }

  settled(key: string): boolean {
    return this.entries.get(key)?.state.settled ?? false
  }

  /** In the order in which they came to be watched. */
  unsettled(): Target[] {
    return [...this.entries.values()]
      .filter((entry) => entry.users > 0 && !entry.state.settled)
      .map((entry) => entry.target)
  }

  anyUsers(): boolean {
    return [...this.entries.values()].some((entry) => entry.users > 0)
  }

  renewAll(): void {
    for (const [key, entry] of this.entries) this.renew(key, entry)
  }

  takeEvent({ name, data }: StreamEvent): void {
    if ((name === 'status' || name === 'finished') && isJob(data.job)) this.takeJob(data.job)
    else if (name === 'deleted') this.changeConcerned(data, (state) => withDeleted(state, data.id))
    else if (name === 'gap') this.changeEach(() => true, forgetSeq)
    else if (name === 'error') this.takeError(data)
  }

  takeJob(job: Job): void {
    this.changeConcerned(job, (state) => withJob(state, job))
  }

  takeUnchanged(target: Target): void {
    this.change(targetKey(target), (state) => ({ ...state, error: null }))
  }

  takeMissing(target: Target, message: string): void {
    this.change(targetKey(target), () => withoutJob(target, message))
  }

  private takeError(data: Record<string, unknown>): void {
    const message = typeof data.error === 'string' ? data.error : 'The server reported an error.'
    const named = 'filename' in data || 'id' in data
    const meant = [...this.entries.values()].filter(({ target, users }) =>
      named ? concerns(target, { id: data.id, filename: data.filename }) : users > 0,
    )
    const missing = data.type === 'job_not_found'
    // One job of several is missing, and it is not said which: the JSON endpoint will tell.
    if (missing && !named && meant.length > 1) return
    for (const { target } of meant) {
      this.change(targetKey(target), (state) =>
        missing ? withoutJob(target, message) : withError(state, message),
      )
    }
  }

  private changeConcerned(
    job: { id?: unknown; filename?: unknown },
    update: (state: TargetState) => TargetState,
  ): void {
    const named = { id: job.id, filename: job.filename }
    this.changeEach((target) => concerns(target, named), update)
  }

  private changeEach(which: (target: Target) => boolean, update: (state: TargetState) => TargetState): void {
    for (const [key, { target }] of this.entries) if (which(target)) this.change(key, update)
  }

  private change(key: string, update: (state: TargetState) => TargetState): void {
    const entry = this.entries.get(key)
    if (!entry) return
    entry.state = keepIfEqual(entry.state, update(entry.state))
    this.renew(key, entry)
  }

  private renew(key: string, entry: Entry): void {
    const view = keepIfEqual(entry.view, this.render(key, entry))
    if (view === entry.view) return
    entry.view = view
    entry.listeners.notify()
  }

  private render(key: string, { state, users }: Entry): JobView {
    const link = this.linkOf(key)
    const phase = users === 0 ? 'idle' : state.settled ? 'closed' : link.phase
    const error = state.error ?? (state.settled || users === 0 ? null : link.error)
    return {
      ...connectionView(phase, link.failing),
      job: state.job,
      error,
      loading: users > 0 && !state.answered && error === null,
    }
  }

  private evict(): void {
    for (const [key, entry] of this.entries) {
      if (this.entries.size <= maxRemembered) return
      if (entry.users === 0) this.entries.delete(key)
    }
  }
}

function isJob(value: unknown): value is Job {
  return typeof value === 'object' && value !== null && 'id' in value && 'seq' in value
}
