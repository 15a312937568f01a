import { maxJobsPerStream, maxQueryLength } from './timing.js'

/** A job is watched by its id, or by its name: then the newest job of that name is meant. */
export type Target = { id: string } | { filename: string }

export interface Endpoints {
  /** Streams chosen jobs; takes repeated `id` and `filename`. */
  stream: string
  /** Answers with one job, or with all. */
  status: string
}

export const defaultStatusEndpoint = '/api/background-process'

export function toTarget(filename: string | undefined, id: string | undefined): Target | null {
  if (id) return { id }
  return filename ? { filename } : null
}

export function targetKey(target: Target): string {
  return 'id' in target ? `id=${target.id}` : `filename=${target.filename}`
}

export function jobStreamEndpoints(): Endpoints {
  return { stream: '/api/sse', status: withAction(defaultStatusEndpoint) }
}

/** One endpoint for both: the stream of it is asked for with `sse=true`. */
export function statusEndpoints(endpoint: string = defaultStatusEndpoint): Endpoints {
  const status = withAction(endpoint)
  return { stream: withQuery(status, ['sse=true']), status }
}

export function targetQuery(target: Target): string {
  return 'id' in target
    ? `id=${encodeURIComponent(target.id)}`
    : `filename=${encodeURIComponent(target.filename)}`
}

export function withQuery(url: string, parts: string[]): string {
  if (parts.length === 0) return url
  return `${url}${url.includes('?') ? '&' : '?'}${parts.join('&')}`
}

function withAction(endpoint: string): string {
  return /[?&]action=/.test(endpoint) ? endpoint : withQuery(endpoint, ['action=status'])
}

/** Reopening a stream for one more place would make it reopen all the time. */
const worthReopening = Math.ceil(maxJobsPerStream / 4)

export interface Choice {
  streamed: Target[]
  left: Target[]
}

/** Which of the wanted jobs go into the one stream; `current` are the keys that it carries now. */
export function chooseStreamed(wanted: Target[], current: ReadonlySet<string>): Choice {
  const carried = wanted.filter((target) => current.has(targetKey(target)))
  const waiting = wanted.filter((target) => !current.has(targetKey(target)))
  const filled = fill(carried, waiting)
  const added = filled.streamed.length - carried.length
  if (filled.left.length > 0 && carried.length > 0 && added < worthReopening) {
    return { streamed: carried, left: waiting }
  }
  return filled
}

function fill(carried: Target[], waiting: Target[]): Choice {
  const streamed = [...carried]
  const left: Target[] = []
  let length = carried.reduce((sum, target) => sum + targetQuery(target).length + 1, 0)
  for (const target of waiting) {
    const more = targetQuery(target).length + 1
    if (streamed.length < maxJobsPerStream && length + more <= maxQueryLength) {
      streamed.push(target)
      length += more
    } else {
      left.push(target)
    }
  }
  return { streamed, left }
}
