/** What is watched: a job by its id, or by its name (then the newest job of that name is meant), or all jobs. */
export interface Target {
  id?: string | undefined
  filename?: string | undefined
}

/** Where a server is asked, and how one proves who one is. */
export interface ServerOptions {
  /** Goes before the server's own addresses, for one that runs elsewhere: `https://jobs.example.com`. */
  baseUrl?: string | undefined
  /** Another status endpoint than the server's own. */
  endpoint?: string | undefined
  /** An access token, for a server that asks for one. */
  token?: string | undefined
}

/**
 * Where the data comes from:
 * - `jobs`: the light stream of chosen jobs
 * - `status`: the status endpoint, which streams chosen jobs or all of them
 * - `polling`: the status endpoint without its stream
 */
export type Source = 'jobs' | 'status' | 'polling'

export interface Endpoints {
  /** Empty where no stream is wanted. */
  stream: string
  /** Answers with one job, or with all. */
  status: string
  /** Gives a cookie for the token, which EventSource can't send. */
  session: string
  token: string | undefined
}

export function endpointsOf(source: Source, { baseUrl = '', endpoint, token }: ServerOptions): Endpoints {
  const base = baseUrl.replace(/\/+$/, '')
  const address = endpoint ?? `${base}/api/background-process`
  const status = address.includes('action=') ? address : withQuery(address, 'action=status')
  const light = source === 'jobs' && endpoint === undefined
  const stream = light ? `${base}/api/sse` : withQuery(status, 'sse=true')
  return { stream: source === 'polling' ? '' : stream, status, session: `${base}/api/session`, token }
}

/** A target as it stands in a query; empty for all jobs. An id goes before a name. */
export function targetKey({ id, filename }: Target): string {
  if (id) return `id=${encodeURIComponent(id)}`
  return filename ? `filename=${encodeURIComponent(filename)}` : ''
}

export const isIdKey = (key: string): boolean => key[0] === 'i'

/** Empty parts are left out. */
export function withQuery(url: string, ...parts: string[]): string {
  const query = parts.filter(Boolean).join('&')
  return query ? `${url}${url.includes('?') ? '&' : '?'}${query}` : url
}
