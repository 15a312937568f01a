/** Stands in for EventSource; tests play the server. */
export class FakeEventSource extends EventTarget {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSED = 2
  static all: FakeEventSource[] = []

  static get last(): FakeEventSource {
    const source = FakeEventSource.all[FakeEventSource.all.length - 1]
    if (!source) throw new Error('no stream was opened')
    return source
  }

  onopen: (() => void) | null = null
  onerror: ((event: Event) => void) | null = null
  readyState = FakeEventSource.CONNECTING

  constructor(readonly url: string) {
    super()
    FakeEventSource.all.push(this)
  }

  close(): void {
    this.readyState = FakeEventSource.CLOSED
  }

  open(): void {
    this.readyState = FakeEventSource.OPEN
    this.onopen?.()
  }

  send(name: string, data: unknown, lastEventId = ''): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data), lastEventId }))
  }

  /** `refused`: with an answer that EventSource does not come back from. */
  fail(refused = false): void {
    this.readyState = refused ? FakeEventSource.CLOSED : FakeEventSource.CONNECTING
    this.onerror?.(new Event('error'))
  }
}
