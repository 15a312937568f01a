import { askTargets, jobStatusUrl } from './ask-targets.js'
import { connectionView } from './phase.js'
import { createPoller, stopped } from './poller.js'
import { createStatusApi } from './status-api.js'
import { createListeners, keepIfEqual, type Listener } from './store.js'
import { unknownState, watchedAnew, withJob, withoutJob, type TargetState } from './target-state.js'
import type { Target } from './targets.js'
import type { JobView, Phase } from './types.js'
import type { AskResult } from './link.js'

/** One job, asked for again and again until it has ended. */
export interface PolledJob {
  watch(listener: Listener): () => void
  /** Undefined until someone watches. */
  view(): JobView | undefined
  refetch(): void
}

export interface PolledJobOptions {
  target: Target
  statusEndpoint: string
  intervalMs: number
}

export function createPolledJob(options: PolledJobOptions): PolledJob {
  return new RepeatedRequest(options)
}

class RepeatedRequest implements PolledJob {
  private readonly api = createStatusApi()
  private readonly listeners = createListeners()
  private readonly poller
  private users = 0
  private state: TargetState = unknownState
  private phase: Phase = 'idle'
  private error: string | null = null
  private current: JobView | undefined

  constructor(private readonly options: PolledJobOptions) {
    this.poller = createPoller({ intervalMs: options.intervalMs, ask: (signal) => this.ask(signal) })
  }

  watch(listener: Listener): () => void {
    const unlisten = this.listeners.add(listener)
    this.users += 1
    if (this.users === 1) this.begin()
    let released = false
    return () => {
      if (released) return
      released = true
      unlisten()
      this.users -= 1
      if (this.users === 0) this.end('idle', null)
    }
  }

  view(): JobView | undefined {
    return this.current
  }

  refetch(): void {
    if (this.users > 0) this.begin()
  }

  private begin(): void {
    this.poller.stop()
    this.api.forget(jobStatusUrl(this.options.statusEndpoint, this.options.target))
    this.state = watchedAnew(this.state)
    this.become('connecting', null)
    this.poller.start(0, 'repeat')
  }

  private end(phase: Phase, error: string | null): void {
    this.poller.stop()
    this.become(phase, error)
  }

  private async ask(signal: AbortSignal): Promise<number> {
    const { statusEndpoint, target } = this.options
    const result = await askTargets(this.api, statusEndpoint, [target], signal, {
      onJob: (_target, job) => (this.state = withJob(this.state, job)),
      onUnchanged: () => undefined,
      onMissing: (_target, message) => (this.state = withoutJob(target, message)),
    })
    if (signal.reason !== stopped) this.takeResult(result)
    return result.kind === 'later' ? result.afterMs : 0
  }

  private takeResult(result: AskResult): void {
    if (result.kind === 'denied') this.end('denied', result.message)
    else if (result.kind !== 'ok') this.become('reconnecting', result.message)
    else if (this.state.settled) this.end('closed', null)
    else this.become('polling', null)
  }

  private become(phase: Phase, error: string | null): void {
    this.phase = phase
    this.error = error
    const next = keepIfEqual(this.current, this.render())
    if (next === this.current) return
    this.current = next
    this.listeners.notify()
  }

  private render(): JobView {
    const error = this.state.error ?? this.error
    return {
      ...connectionView(this.phase, this.error !== null),
      job: this.state.job,
      error,
      loading: this.phase !== 'idle' && !this.state.answered && error === null,
    }
  }
}
