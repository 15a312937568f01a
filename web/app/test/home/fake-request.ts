/** Stands in for XMLHttpRequest; tests play the server. */
export class FakeRequest {
  static all: FakeRequest[] = []

  static at(index: number): FakeRequest {
    const request = FakeRequest.all[index]
    if (!request) throw new Error(`there was no request number ${index}`)
    return request
  }

  readonly upload: { onprogress: ((event: { loaded: number }) => void) | null } = { onprogress: null }
  readonly headers = new Map<string, string>()
  onload: (() => void) | null = null
  onerror: (() => void) | null = null
  status = 0
  responseText = ''
  aborted = false
  method = ''
  url = ''
  body: FormData | null = null
  private retryAfter: string | null = null

  constructor() {
    FakeRequest.all.push(this)
  }

  open(method: string, url: string): void {
    this.method = method
    this.url = url
  }

  setRequestHeader(name: string, value: string): void {
    this.headers.set(name, value)
  }

  getResponseHeader(name: string): string | null {
    return name === 'Retry-After' ? this.retryAfter : null
  }

  send(body: FormData): void {
    this.body = body
  }

  abort(): void {
    this.aborted = true
  }

  answer(status: number, body: unknown, retryAfter: string | null = null): void {
    this.status = status
    this.responseText = typeof body === 'string' ? body : JSON.stringify(body)
    this.retryAfter = retryAfter
    this.onload?.()
  }

  fail(): void {
    this.onerror?.()
  }
}
