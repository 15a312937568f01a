/** Stands in for the browser's EventSource; tests play the server. */
export class FakeEventSource extends EventTarget {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSED = 2
  static all: FakeEventSource[] = []

  static latest(): FakeEventSource {
    const source = FakeEventSource.all.at(-1)
    if (!source) throw new Error('no stream was opened')
    return source
  }

  static open(): FakeEventSource[] {
    return FakeEventSource.all.filter((source) => source.readyState !== FakeEventSource.CLOSED)
  }

  readyState = FakeEventSource.CONNECTING
  onopen: (() => void) | null = null
  onerror: ((event: Event) => void) | null = null
  private lastEventId = ''

  constructor(readonly url: string) {
    super()
    FakeEventSource.all.push(this)
  }

  close(): void {
    this.readyState = FakeEventSource.CLOSED
  }

  accept(): this {
    this.readyState = FakeEventSource.OPEN
    this.onopen?.()
    return this
  }

  send(name: string, data: object, id?: number): this {
    if (this.readyState !== FakeEventSource.OPEN) throw new Error('the stream is not open')
    if (id !== undefined) this.lastEventId = String(id)
    const event = new MessageEvent(name, { data: JSON.stringify(data), lastEventId: this.lastEventId })
    this.dispatchEvent(event)
    if (name === 'error') this.onerror?.(event)
    return this
  }

  /** The connection is lost; the browser reconnects by itself. */
  breakOff(): this {
    this.readyState = FakeEventSource.CONNECTING
    this.onerror?.(new Event('error'))
    return this
  }

  /** An error status or 204: EventSource does not come back. */
  refuse(): this {
    this.readyState = FakeEventSource.CLOSED
    this.onerror?.(new Event('error'))
    return this
  }
}
