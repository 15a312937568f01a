/** So often a visible tab asks whether the leading one still answers, */
export const tabCheckMs = 330
/** and after so many questions without an answer it takes over. */
const maxUnanswered = 2

/** What a tab has to do with the others of the same browser. */
export interface TabHandlers<Message> {
  /** From now on this tab leads, or, where another has taken over, does not any more. */
  onTurn(): void
  onMessage(message: Message): void
  isHidden(): boolean
  /** The leading tab does its work, but badly. */
  isUnhappy(): boolean
}

/**
 * One of the tabs that share a name leads: the one that holds the lock of that name. The browser hands the lock on when
 * the leading tab closes or crashes; from one that no longer answers it is taken.
 */
export class Tabs<Message extends { keys?: unknown }> {
  private readonly name_: string
  private readonly handlers_: TabHandlers<Message>
  private readonly channel_: BroadcastChannel
  private readonly timer_ = setInterval(() => this.look_(), tabCheckMs)
  private waiting_ = new AbortController()
  private release_: (() => void) | undefined
  private left_ = false
  private stealing_ = false
  private unanswered_ = 0

  constructor(name: string, handlers: TabHandlers<Message>) {
    this.name_ = name
    this.handlers_ = handlers
    this.channel_ = new BroadcastChannel(name)
    this.channel_.onmessage = ({ data }: MessageEvent<Message>) => {
      // Only the leading tab names keys.
      if (data.keys) this.unanswered_ = 0
      handlers.onMessage(data)
    }
    this.request_({ signal: this.waiting_.signal })
  }

  leads(): boolean {
    return this.release_ !== undefined
  }

  /** To all other tabs. */
  post(message: Message): void {
    this.channel_.postMessage(message)
  }

  leave(): void {
    this.left_ = true
    clearInterval(this.timer_)
    this.waiting_.abort()
    this.release_?.()
    this.channel_.close()
  }

  private request_(options: LockOptions): void {
    navigator.locks
      .request(this.name_, options, () => this.hold_())
      .catch(() => {
        if (this.left_ || options.signal?.aborted) return
        // No locks for this page, for all that they are there.
        if (!this.release_) return void this.hold_()
        this.release_ = undefined
        this.handlers_.onTurn()
        this.waiting_ = new AbortController()
        this.request_({ signal: this.waiting_.signal })
      })
  }

  private hold_(): Promise<void> {
    this.stealing_ = false
    return new Promise((resolve) => {
      if (this.left_) return resolve()
      this.release_ = resolve
      this.handlers_.onTurn()
    })
  }

  private look_(): void {
    // The timers of a hidden tab are too slow to judge another.
    if (this.release_ || this.stealing_ || this.handlers_.isHidden()) this.unanswered_ = 0
    else if (this.unanswered_ < maxUnanswered && !this.handlers_.isUnhappy()) {
      this.unanswered_ += 1
      // The leading tab answers whatever it gets.
      this.channel_.postMessage({})
    } else {
      this.stealing_ = true
      this.waiting_.abort()
      this.request_({ steal: true })
    }
  }
}
