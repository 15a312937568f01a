export type Answer =
  | { kind: 'fresh'; body: Record<string, unknown> }
  | { kind: 'unchanged' }
  | { kind: 'not_found'; message: string }
  | { kind: 'denied'; message: string }
  | { kind: 'later'; afterMs: number; message: string }
  | { kind: 'unreachable'; message: string }

export const unreachable = 'The server cannot be reached.'

/** Asks a JSON endpoint, and knows what each of its answers means. Remembers the ETag of each address. */
export function createStatusApi() {
  const etags = new Map<string, string>()

  async function ask(url: string, signal: AbortSignal): Promise<Answer> {
    const etag = etags.get(url)
    let response: Response
    try {
      response = await fetch(url, {
        signal,
        headers: { Accept: 'application/json', ...(etag && { 'If-None-Match': etag }) },
      })
    } catch {
      return { kind: 'unreachable', message: unreachable }
    }
    if (response.status === 304) return { kind: 'unchanged' }
    const body = await readObject(response)
    if (response.ok && body) {
      const newEtag = response.headers.get('ETag')
      if (newEtag) etags.set(url, newEtag)
      return { kind: 'fresh', body }
    }
    etags.delete(url)
    return problem(response, body)
  }

  return {
    ask,
    /** After this the next answer brings its body, whatever was seen before. */
    forget(url: string) {
      etags.delete(url)
    },
  }
}

export type StatusApi = ReturnType<typeof createStatusApi>

function problem(response: Response, body: Record<string, unknown> | null): Answer {
  const detail = body?.detail ?? body?.error
  const message = typeof detail === 'string' ? detail : `The server answered with status ${response.status}.`
  if (response.status === 404 && body?.code === 'job_not_found') return { kind: 'not_found', message }
  if (response.status === 401 || response.status === 403) return { kind: 'denied', message }
  const afterMs = retryAfterMs(response.headers.get('Retry-After'))
  if (afterMs !== null) return { kind: 'later', afterMs, message }
  return { kind: 'unreachable', message }
}

function retryAfterMs(header: string | null): number | null {
  if (header === null) return null
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now())
}

async function readObject(response: Response): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = await response.json()
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
