/** What a JSON endpoint has answered; `status` 0: nothing. */
export interface Answer {
  status: number
  body?: Record<string, unknown> | null | undefined
  etag_?: string | null
  /** The least time to wait before another request, where the server tells one. */
  afterMs_?: number
}

/** `etag`: of the answer that is known. Never rejects. */
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
        ...(etag && { 'If-None-Match': etag }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
    })
    const { status, headers } = response
    return {
      status,
      etag_: headers.get('ETag') ?? etag ?? null,
      afterMs_: retryAfterMs(headers.get('Retry-After') ?? ''),
      body: (await response.json().catch(() => null)) as Answer['body'],
    }
  } catch {
    return { status: 0 }
  }
}

/** The job that was asked for does not exist. */
export const isMissing = ({ status, body }: Answer): boolean => status === 404 && body?.job === null

/** What was asked for can't be, however often it is asked. */
export const isRefused = ({ status }: Answer): boolean => status === 400

/** It tells what is, or that nothing has changed. */
export const isGood = (answer: Answer): boolean =>
  answer.status === 304 || (answer.status === 200 && !!answer.body) || isMissing(answer)

export function messageOf({ status, body }: Answer): string {
  return String(
    body?.error ?? (status ? `Unexpected answer: status ${status}.` : 'The server cannot be reached.'),
  )
}

/** RFC 9110, section 10.2.3: seconds, or a date. */
function retryAfterMs(header: string): number {
  return Math.max(0, Number(header) * 1000 || Date.parse(header) - Date.now() || 0)
}

/** Gets a cookie for the token, which EventSource can't send. What comes of it shows in the stream's own answer. */
export function logIn(url: string, token: string): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json' }
  return fetch(url, { method: 'POST', headers, body: JSON.stringify({ token }) }).catch(() => undefined)
}
