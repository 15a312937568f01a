import { connecting, type StreamEvent } from './job-state.js'
import { Link } from './link.js'
import { isAsleep, isHidden, onPageChange } from './page.js'
import { askStatus, type Answer } from './status-api.js'
import { pollMs } from './timing.js'
import type { Phase } from './types.js'
import { newWatched, type Watched } from './watched.js'

/** A stream that is not of jobs: what it brings is its owner's to understand. */
export interface FeedOptions {
  stream: string
  /** Names of its events that bring an id. Those that every stream has come in any case. */
  events: readonly string[]
  /** Answers with the present state, and is polled while the stream is away. */
  status: string
  /** Has the same guard as the stream, where `status` has none: it is asked why the stream does not come. */
  guard: string
  onEvent(event: StreamEvent): void
  /** `status` is about to be asked. */
  onAsk(): void
  onAnswer(body: Record<string, unknown>): void
  /** `trouble` is a sentence for people. */
  onPhase(phase: Phase, trouble: string | null): void
}

export interface Feed {
  /** Starts, also after the server has refused. */
  start(): void
  stop(): void
}

class FeedLink extends Link {
  constructor(private readonly options_: FeedOptions) {
    const { stream, status, onEvent, onAnswer, onPhase } = options_
    super({ stream, status, session: '', token: undefined }, ({ link, event, answer }) => {
      onPhase(link.phase, link.trouble)
      if (event) onEvent(event)
      if (answer?.body) onAnswer(answer.body)
    })
    this.numbered_ = options_.events
    const watched = newWatched('')
    watched.watchers_.add({ interval: pollMs })
    this.carried_.add(watched)
  }

  protected override async askFor_(one: Watched, signal: AbortSignal): Promise<Answer> {
    const { guard, onAsk } = this.options_
    if (this.state.phase !== 'polling') {
      const answer = await askStatus(guard, signal)
      if ([0, 401, 403].includes(answer.status)) return answer
    }
    onAsk()
    return super.askFor_(one, signal)
  }
}

/** Keeps such a stream as a `JobHub` keeps those of jobs: it finds its way back, and polls meanwhile. For this tab alone. */
export function createFeed(options: FeedOptions): Feed {
  const { stream, onPhase } = options
  const link = new FeedLink({ ...options, stream: globalThis.EventSource ? stream : '' })
  let wanted = false
  let open = false
  const settle = (anew: boolean) => {
    const opens = wanted && !isAsleep()
    if (open && !opens) {
      link.close()
      link.state = connecting
    } else if (opens && (anew || !open)) link.open(true)
    else if (opens && !isHidden()) link.wake()
    open = opens
  }
  onPageChange(() => settle(false))
  return {
    start() {
      if (!wanted) onPhase('connecting', null)
      wanted = true
      settle(true)
    },
    stop() {
      wanted = false
      settle(false)
      onPhase('idle', null)
    },
  }
}
