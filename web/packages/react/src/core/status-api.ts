/**
 * - `ok`: `body` is the new state; without one, nothing has changed
 * - `missing`: there is no such job
 * - `denied`: this client may not ask
 * - `failed`: no answer, or none of use; after `afterMs` another may be had
 */
export interface Answer {
  kind: 'ok' | 'missing' | 'denied' | 'failed'
  body?: Record<string, unknown> | null
  etag?: string | null | undefined
  message?: string
  /** The least time to wait, where the server tells one. */
  afterMs?: number
}

/** Asks a JSON endpoint, and knows what its answer means. `etag`: of the answer that is known. Never rejects. */
export async function askStatus(
  url: string,
  signal: AbortSignal,
  etag?: string | null,
  token?: string,
): Promise<Answer> {
  try {
    const response = await fetch(url, {
      signal,
      headers: {
        Accept: 'application/json',
        ...(etag && { 'If-None-Match': etag }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
    })
    const { status, headers } = response
    if (status === 304) return { kind: 'ok', etag }
    const body = (await response.json().catch(() => null)) as Answer['body']
    if (response.ok && body) return { kind: 'ok', body, etag: headers.get('ETag') }
    const message = String(body?.error ?? `The server answered with status ${status}.`)
    if (status === 404 && body?.job === null) return { kind: 'missing', message }
    if (status === 401 || status === 403) return { kind: 'denied', message }
    return { kind: 'failed', message, afterMs: retryAfterMs(headers.get('Retry-After')) }
  } catch {
    return { kind: 'failed', message: 'The server cannot be reached.' }
  }
}

/** RFC 9110, section 10.2.3: seconds, or a date. */
function retryAfterMs(header: string | null): number {
  return Math.max(0, Number(header) * 1000 || Date.parse(header ?? '') - Date.now() || 0)
}

/** Gets a cookie for the token, which EventSource can't send. What comes of it shows in the stream's own answer. */
export function logIn(url: string, token: string): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json' }
  return fetch(url, { method: 'POST', headers, body: JSON.stringify({ token }) }).catch(() => undefined)
}
