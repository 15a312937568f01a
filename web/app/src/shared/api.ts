/** An answer that is no success, or none at all (status 0). */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
  ) {
    super(message)
  }

  /** The server wants to know who asks. */
  get unauthorized(): boolean {
    return this.status === 401 || this.status === 403
  }
}

interface RequestOptions {
  method?: string
  body?: unknown
  signal?: AbortSignal | undefined
}

async function send(url: string, { method = 'GET', body, signal }: RequestOptions): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, {
      method,
      headers: { Accept: '*/*', ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new ApiError('The server cannot be reached.', 0, 'unreachable')
  }
  if (response.ok) return response
  const problem = (await response.json().catch(() => null)) as { detail?: unknown; code?: unknown } | null
  throw new ApiError(
    typeof problem?.detail === 'string' ? problem.detail : `The server answered ${response.status}.`,
    response.status,
    typeof problem?.code === 'string' ? problem.code : 'unknown',
  )
}

/** Asks for JSON; throws ApiError for anything but success. An answer without a body gives null. */
export async function requestJson<T>(url: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(url, options)
  const text = await response.text()
  return (text === '' ? null : JSON.parse(text)) as T
}

export async function requestText(url: string, options: RequestOptions = {}): Promise<string> {
  return (await send(url, options)).text()
}

/** What went wrong, as a sentence. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
