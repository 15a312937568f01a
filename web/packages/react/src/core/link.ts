import { connecting, type LinkState, type StreamEvent } from './job-state.js'
import { isHidden } from './page.js'
import { askStatus, logIn, type Answer } from './status-api.js'
import { withQuery, type Endpoints } from './targets.js'
import {
  backoffMs,
  between,
  createTimer,
  firstEventMs,
  hiddenFactor,
  maxJobsPerStream,
  maxQueryLength,
  pollMs,
  requestTimeoutMs,
  shortLifeMs,
  silenceMs,
} from './timing.js'
import type { Phase } from './types.js'
import { intervalOf, isOpen, type Watched } from './watched.js'

/** The events with an id come first: on the others the browser repeats the last one. */
const eventNames = [
  'status',
  'finished',
  'deleted',
  'connection',
  'error',
  'gap',
  'queue',
  'heartbeat',
  'close',
]
const numberedNames = 3

/** What comes in: an event, an answer of the JSON endpoint, or only a change of the link itself. */
export interface News {
  /** The targets that the stream carries, or the one that the answer is about. */
  keys: string[]
  link: LinkState
  event?: StreamEvent
  answer?: Answer
}

/**
 * Keeps a stream open for what it carries, polls while there is none, and finds the way back.
 *
 * A stream that breaks is closed and opened anew by us: EventSource's own attempts to mend it can't be seen, limited or
 * spread.
 */
export class Link {
  state: LinkState = connecting
  readonly carried = new Set<Watched>()

  readonly #endpoints: Endpoints
  readonly #tell: (news: News) => void
  readonly #reopen = createTimer(() => void this.#connect())
  readonly #silence = createTimer(() => this.#ended(false))
  readonly #poll = createTimer(() => void this.#ask())
  /** What is open, or about to be opened. */
  #source: Pick<EventSource, 'close'> | undefined
  #asking: AbortController | undefined
  #loggedIn = false
  #lastEventId = ''
  /** In a row: of the stream, or of the JSON endpoint where there is none. */
  #failures = 0
  /** When the stream brought its first event and its last. */
  #liveSince = 0
  #heardAt = 0
  /** Until then the server wants to hear nothing. */
  #quietUntil = 0

  constructor(endpoints: Endpoints, tell: (news: News) => void) {
    this.#endpoints = endpoints
    this.#tell = tell
  }

  /** The stream of all jobs has no room for chosen ones, and the other way round. */
  hasRoom(key: string): boolean {
    const keys = this.#keys()
    const fits = [...keys, key].join('&').length <= maxQueryLength && keys.length < maxJobsPerStream
    return keys.length === 0 || (!keys[0] === !key && fits)
  }

  /** Connects, or reconnects for another set of jobs. What a backoff still asks for is waited for, unless `now`. */
  open(now: boolean): void {
    this.#lastEventId = ''
    if (now) this.#failures = 0
    else if (this.#reopen.pending()) return
    if (this.state.phase === 'denied') this.state = connecting
    this.#tell({ keys: this.#keys(), link: this.state })
    void this.#connect()
  }

  close(): void {
    this.#stopStream()
    this.#stopPolling()
  }

  drop(one: Watched): void {
    this.carried.delete(one)
    one.carrier = one.etag = undefined
  }

  /** Tries at once what waits: the browser is awake, in sight or online again. */
  wake(): void {
    const now = Date.now()
    if (now < this.#quietUntil) return
    const silent = this.state.phase === 'live' && now - this.#heardAt > silenceMs
    if (silent || this.#reopen.pending()) void this.#connect()
    if (this.#poll.pending()) this.#poll.set(0)
  }

  async #connect(): Promise<void> {
    this.#stopStream()
    // What is no longer in the address is no longer carried.
    for (const one of this.carried) if (!isOpen(one)) this.drop(one)
    const { stream, session, token } = this.#endpoints
    if (!stream) return this.#pollIn(0)
    const url = withQuery(stream, ...this.#keys(), this.#lastEventId && `last_event_id=${this.#lastEventId}`)
    if (token && !this.#loggedIn) {
      const asking = (this.#source = { close: () => undefined })
      await logIn(session, token)
      this.#loggedIn = true
      if (this.#source !== asking) return
    }
    this.#listen(new EventSource(url))
  }

  #listen(source: EventSource): void {
    this.#source = source
    this.#liveSince = 0
    this.#silence.set(firstEventMs)
    source.onopen = () => this.#silence.set(firstEventMs)
    source.onerror = (event) => {
      // The server's own `error` is a message, a broken connection is not.
      if (!('data' in event)) this.#ended(source.readyState === 2)
    }
    eventNames.forEach((name, index) =>
      source.addEventListener(name, ({ data, lastEventId }: MessageEvent<string>) => {
        // A broken connection is an `error` too, without data.
        if (!data || source !== this.#source) return
        const id = index < numberedNames ? lastEventId : ''
        this.#take({ name, data: JSON.parse(data) as StreamEvent['data'], lastEventId: id })
      }),
    )
  }

  #take(event: StreamEvent): void {
    const { name, data, lastEventId } = event
    this.#heardAt = Date.now()
    this.#liveSince ||= this.#heardAt
    // Some moment in the range that the server, too, gives the browser.
    if (name === 'close') return this.#lost(between(1_000, 10_000))
    if (data.type === 'overloaded') return this.#lost(between(5_000, 15_000), String(data.error))
    this.#silence.set(silenceMs)
    if (lastEventId || name === 'gap') this.#lastEventId = lastEventId
    this.#stopPolling()
    this.#become('live', null, event)
  }

  /** `refused`: EventSource gave up for good and does not say why. */
  #ended(refused: boolean): void {
    const worked = this.#liveSince && Date.now() - this.#liveSince >= shortLifeMs
    this.#failures = worked && !refused ? 0 : this.#failures + 1
    this.#loggedIn &&= !refused
    if (refused) this.#pollIn(0)
    this.#lost(backoffMs(this.#failures || 1))
  }

  #lost(reopenInMs: number, trouble = this.state.trouble ?? 'The connection broke.'): void {
    this.#stopStream()
    this.#reopen.set(reopenInMs)
    if (intervalOf(this.carried) && !this.#poll.pending()) this.#pollIn(between(1_000, 2_000))
    if (this.state.phase === 'polling') this.#become('polling')
    else this.#become('reconnecting', trouble)
  }

  #pollIn(delayMs: number): void {
    if (!this.#asking) this.#poll.set(delayMs)
  }

  async #ask(): Promise<void> {
    const controller = (this.#asking = new AbortController())
    const timeout = setTimeout(() => controller.abort(), requestTimeoutMs)
    const answer = await this.#askAll(controller.signal)
    clearTimeout(timeout)
    // Meanwhile nobody wants the answer any more, or only the next one.
    if (this.#asking !== controller) return
    this.#asking = undefined
    this.#answered(answer)
  }

  /** Asks for each in turn; an answer that concerns all of them ends the round. */
  async #askAll(signal: AbortSignal): Promise<Answer> {
    const { status, token } = this.#endpoints
    for (const one of this.carried) {
      if (!isOpen(one)) continue
      const answer = await askStatus(withQuery(status, one.key), signal, one.etag, token)
      if (signal.aborted || answer.kind === 'denied' || answer.kind === 'failed') return answer
      one.etag = answer.etag
      this.#tell({ keys: [one.key], link: this.state, answer })
    }
    return { kind: 'ok' }
  }

  #answered({ kind, message, afterMs = 0 }: Answer): void {
    if (kind === 'denied') {
      this.close()
      return this.#become(kind, message)
    }
    const ok = kind === 'ok'
    const { stream } = this.#endpoints
    const interval = intervalOf(this.carried) || (stream ? 0 : pollMs)
    let delayMs = interval * (isHidden() ? hiddenFactor : 1)
    if (!stream) this.#failures = ok ? 0 : this.#failures + 1
    if (!ok) delayMs = Math.max(delayMs, afterMs, backoffMs(this.#failures || 1))
    // Without polling this was the one question after EventSource gave up: nothing delivers yet.
    if (!ok || interval) this.#become(ok ? 'polling' : 'reconnecting', message)
    if (afterMs) {
      this.#quietUntil = Date.now() + afterMs
      if (this.#reopen.pending()) this.#reopen.set(afterMs + between(1_000, 2_000))
    }
    if (interval) this.#pollIn(delayMs)
  }

  #stopStream(): void {
    this.#reopen.stop()
    this.#silence.stop()
    this.#source?.close()
    this.#source = undefined
  }

  #stopPolling(): void {
    this.#poll.stop()
    this.#asking?.abort()
    this.#asking = undefined
  }

  #keys(): string[] {
    return [...this.carried].filter(isOpen).map(({ key }) => key)
  }

  #become(phase: Phase, trouble: string | null = null, event?: StreamEvent): void {
    const same = this.state.phase === phase && this.state.trouble === trouble
    if (!same) this.state = { phase, trouble }
    if (event) this.#tell({ keys: this.#keys(), link: this.state, event })
    else if (!same) this.#tell({ keys: this.#keys(), link: this.state })
  }
}
