import { isHidden } from './page.js'
import { tabCheckMs, tabMaxUnanswered } from './timing.js'

/** What a tab has to do with the others of the same browser. */
export interface TabHandlers<Message> {
  /** From now on this tab leads, or, where another has taken over, does not any more. */
  onTurn(): void
  onMessage(message: Message): void
  /** The leading tab does its work, but badly. */
  isUnhappy(): boolean
}

/**
 * One of the tabs that share a name leads: the one that holds the lock of that name. The browser hands the lock on when
 * the leading tab closes or crashes; from one that no longer answers it is taken.
 */
export class Tabs<Message extends { keys?: unknown }> {
  readonly #name: string
  readonly #handlers: TabHandlers<Message>
  readonly #channel: BroadcastChannel
  readonly #timer = setInterval(() => this.#look(), tabCheckMs)
  #waiting = new AbortController()
  #release: (() => void) | undefined
  #left = false
  #stealing = false
  #unanswered = 0

  /** Missing outside of secure contexts, too. */
  static possible(): boolean {
    return !!globalThis.navigator?.locks && !!globalThis.BroadcastChannel
  }

  constructor(name: string, handlers: TabHandlers<Message>) {
    this.#name = name
    this.#handlers = handlers
    this.#channel = new BroadcastChannel(name)
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => {
      // Only the leading tab names keys.
      if (data.keys) this.#unanswered = 0
      handlers.onMessage(data)
    }
    this.#request({ signal: this.#waiting.signal })
  }

  leads(): boolean {
    return this.#release !== undefined
  }

  /** To all other tabs. */
  post(message: Message): void {
    this.#channel.postMessage(message)
  }

  leave(): void {
    this.#left = true
    clearInterval(this.#timer)
    this.#waiting.abort()
    this.#release?.()
    this.#channel.close()
  }

  #request(options: LockOptions): void {
    navigator.locks
      .request(this.#name, options, () => this.#hold())
      .catch(() => {
        if (this.#left || options.signal?.aborted) return
        // No locks for this page, for all that they are there.
        if (!this.#release) return void this.#hold()
        this.#release = undefined
        this.#handlers.onTurn()
        this.#waiting = new AbortController()
        this.#request({ signal: this.#waiting.signal })
      })
  }

  #hold(): Promise<void> {
    this.#stealing = false
    return new Promise((resolve) => {
      if (this.#left) return resolve()
      this.#release = resolve
      this.#handlers.onTurn()
    })
  }

  #look(): void {
    // The timers of a hidden tab are too slow to judge another.
    if (this.#release || this.#stealing || isHidden()) this.#unanswered = 0
    else if (this.#unanswered < tabMaxUnanswered && !this.#handlers.isUnhappy()) {
      this.#unanswered += 1
      // The leading tab answers whatever it gets.
      this.#channel.postMessage({})
    } else {
      this.#stealing = true
      this.#waiting.abort()
      this.#request({ steal: true })
    }
  }
}
