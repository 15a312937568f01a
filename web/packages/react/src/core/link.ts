import { connecting, type LinkState, type StreamEvent } from './job-state.js'
import { isHidden } from './page.js'
import { askStatus, isGood, isRefused, logIn, messageOf, type Answer } from './status-api.js'
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

/** On these, which bring no id, the browser repeats the last one. */
const plainEvents = ['connection', 'error', 'gap', 'queue', 'heartbeat', 'close']

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
  readonly carried_ = new Set<Watched>()

  /** Of the events that bring an id. */
  protected numbered_: readonly string[] = ['status', 'finished', 'deleted']
  private readonly endpoints_: Endpoints
  private readonly onNews_: (news: News) => void
  private readonly reopen_ = createTimer(() => void this.connect_())
  private readonly silence_ = createTimer(() => this.ended_(false))
  private readonly poll_ = createTimer(() => void this.ask_())
  /** What is open, or about to be opened. */
  private source_: Pick<EventSource, 'close'> | undefined
  private asking_: AbortController | undefined
  private loggedIn_ = false
  private lastEventId_ = ''
  /** In a row: of the stream, or of the JSON endpoint where there is none. */
  private failures_ = 0
  /** When the stream brought its first event and its last. */
  private liveSince_ = 0
  private heardAt_ = 0
  /** Until then the server wants to hear nothing. */
  private quietUntil_ = 0

  constructor(endpoints: Endpoints, onNews: (news: News) => void) {
    this.endpoints_ = endpoints
    this.onNews_ = onNews
  }

  /** The stream of all jobs has no room for chosen ones, and the other way round. */
  hasRoom_(key: string): boolean {
    const keys = this.keys_()
    const fits = [...keys, key].join('&').length <= maxQueryLength && keys.length < maxJobsPerStream
    return keys.length === 0 || (!keys[0] === !key && fits)
  }

  /** Connects, or reconnects for another set of jobs. What a backoff still asks for is waited for, unless `now`. */
  open(now: boolean): void {
    this.lastEventId_ = ''
    if (now) this.failures_ = 0
    else if (this.reopen_.pending_()) return
    if (this.state.phase === 'denied') this.state = connecting
    this.tell_({})
    void this.connect_()
  }

  close(): void {
    this.stopStream_()
    this.stopPolling_()
  }

  drop(one: Watched): void {
    this.carried_.delete(one)
    one.carrier_ = one.etag_ = undefined
  }

  /** Tries at once what waits: the browser is awake, in sight or online again. */
  wake(): void {
    const now = Date.now()
    if (now < this.quietUntil_) return
    const silent = this.state.phase === 'live' && now - this.heardAt_ > silenceMs
    if (silent || this.reopen_.pending_()) void this.connect_()
    if (this.poll_.pending_()) this.poll_.set(0)
  }

  private async connect_(): Promise<void> {
    this.stopStream_()
    // What is no longer in the address is no longer carried.
    for (const one of this.carried_) if (!isOpen(one)) this.drop(one)
    const { stream, session, token } = this.endpoints_
    if (!stream) return this.pollIn_(0)
    const url = withQuery(stream, ...this.keys_(), this.lastEventId_ && `last_event_id=${this.lastEventId_}`)
    if (token && !this.loggedIn_) {
      const asking = (this.source_ = { close: () => undefined })
      await logIn(session, token)
      this.loggedIn_ = true
      if (this.source_ !== asking) return
    }
    this.listen_(new EventSource(url))
  }

  private listen_(source: EventSource): void {
    this.source_ = source
    this.liveSince_ = 0
    this.silence_.set(firstEventMs)
    source.onopen = () => this.silence_.set(firstEventMs)
    source.onerror = (event) => {
      // The server's own `error` is a message, a broken connection is not.
      if (!('data' in event)) this.ended_(source.readyState === 2)
    }
    for (const name of [...this.numbered_, ...plainEvents]) {
      source.addEventListener(name, ({ data, lastEventId }: MessageEvent<string>) => {
        // A broken connection is an `error` too, without data.
        if (!data || source !== this.source_) return
        const id = plainEvents.includes(name) ? '' : lastEventId
        this.take_({ name, data: JSON.parse(data) as StreamEvent['data'], lastEventId: id })
      })
    }
  }

  private take_(event: StreamEvent): void {
    const { name, data, lastEventId } = event
    this.heardAt_ = Date.now()
    this.liveSince_ ||= this.heardAt_
    // Some moment in the range that the server, too, gives the browser.
    if (name === 'close') return this.lost_(between(1_000, 10_000))
    if (data.type === 'overloaded') return this.lost_(between(5_000, 15_000), String(data.error))
    this.silence_.set(silenceMs)
    if (lastEventId || name === 'gap') this.lastEventId_ = lastEventId
    this.stopPolling_()
    this.become_('live', null, event)
  }

  /** `refused`: EventSource gave up for good and does not say why. */
  private ended_(refused: boolean): void {
    const worked = this.liveSince_ && Date.now() - this.liveSince_ >= shortLifeMs
    this.failures_ = worked && !refused ? 0 : this.failures_ + 1
    this.loggedIn_ &&= !refused
    if (refused) this.pollIn_(0)
    this.lost_(backoffMs(this.failures_ || 1))
  }

  private lost_(reopenInMs: number, trouble = this.state.trouble ?? 'The connection broke.'): void {
    this.stopStream_()
    this.reopen_.set(reopenInMs)
    if (intervalOf(this.carried_) && !this.poll_.pending_()) this.pollIn_(between(1_000, 2_000))
    if (this.state.phase === 'polling') this.become_('polling')
    else this.become_('reconnecting', trouble)
  }

  private pollIn_(delayMs: number): void {
    if (!this.asking_) this.poll_.set(delayMs)
  }

  private async ask_(): Promise<void> {
    const controller = (this.asking_ = new AbortController())
    const timeout = setTimeout(() => controller.abort(), requestTimeoutMs)
    const answer = await this.askAll_(controller.signal)
    clearTimeout(timeout)
    // Meanwhile nobody wants the answer any more, or only the next one.
    if (this.asking_ !== controller) return
    this.asking_ = undefined
    this.answered_(answer)
  }

  /** Asks for each in turn; an answer that concerns all of them ends the round. */
  private async askAll_(signal: AbortSignal): Promise<Answer | undefined> {
    for (const one of this.carried_) {
      if (!isOpen(one)) continue
      const answer = await this.askFor_(one, signal)
      // One that is refused spoils the stream of the others, and is not asked for again.
      const settles = isGood(answer) || (one.key && isRefused(answer))
      if (signal.aborted || !settles) return answer
      one.etag_ = answer.etag_
      this.tell_({ keys: [one.key], answer })
    }
    return undefined
  }

  protected askFor_({ key, etag_ }: Watched, signal: AbortSignal): Promise<Answer> {
    const { status, token } = this.endpoints_
    return askStatus(withQuery(status, key), signal, etag_, token)
  }

  /** `bad`: what ended a round of questions. */
  private answered_(bad: Answer | undefined): void {
    const { stream } = this.endpoints_
    const { status = 0, afterMs_ = 0 } = bad ?? {}
    if (status === 401 || status === 403) {
      this.close()
      return this.become_('denied', bad && messageOf(bad))
    }
    const interval = intervalOf(this.carried_) || (stream ? 0 : pollMs)
    let delayMs = interval * (isHidden() ? hiddenFactor : 1)
    if (!stream) this.failures_ = bad ? this.failures_ + 1 : 0
    if (bad) delayMs = Math.max(delayMs, afterMs_, backoffMs(this.failures_ || 1))
    // Without polling this was the one question after EventSource gave up: nothing delivers yet.
    if (bad || interval) this.become_(bad ? 'reconnecting' : 'polling', bad && messageOf(bad))
    if (afterMs_) {
      this.quietUntil_ = Date.now() + afterMs_
      if (this.reopen_.pending_()) this.reopen_.set(afterMs_ + between(1_000, 2_000))
    }
    if (interval) this.pollIn_(delayMs)
  }

  private stopStream_(): void {
    this.reopen_.stop()
    this.silence_.stop()
    this.source_?.close()
    this.source_ = undefined
  }

  private stopPolling_(): void {
    this.poll_.stop()
    this.asking_?.abort()
    this.asking_ = undefined
  }

  private keys_(): string[] {
    return [...this.carried_].filter(isOpen).map(({ key }) => key)
  }

  private become_(phase: Phase, trouble: string | null = null, event?: StreamEvent): void {
    const same = this.state.phase === phase && this.state.trouble === trouble
    if (!same) this.state = { phase, trouble }
    if (event) this.tell_({ event })
    else if (!same) this.tell_({})
  }

  private tell_(news: Partial<News>): void {
    this.onNews_({ keys: this.keys_(), link: this.state, ...news })
  }
}
