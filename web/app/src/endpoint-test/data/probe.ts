import type { Job, Phase } from '@jobcast/react'

/** One line of the raw record. */
export interface RawEvent {
  key: number
  at: number
  method: 'sse' | 'polling'
  name: string
  id: string | null
  text: string
  bytes: number
}

export interface ProbeSink {
  onRequest(): void
  onBytes(count: number): void
  onRaw(name: string, text: string, bytes: number, id?: string | null): void
  onJob(job: Job): void
  onPhase(phase: Phase): void
  /** The server will never give what was asked for, and says why. */
  onRefused(sentence: string): void
}

/** The status line and the header fields that a page may see, as they would be written on the wire. */
export function visibleHeader(response: Response): string {
  const fields = [...response.headers].map(([name, value]) => `${name}: ${value}`)
  return [`HTTP ${response.status}`, ...fields].join('\n')
}

export function parseJob(text: string): Job | null {
  try {
    const body = JSON.parse(text) as { job?: Job | null }
    return body.job ?? null
  } catch {
    return null
  }
}

/** Why this very request can have no other answer; null where another attempt may. */
export function refusalOf(status: number, body: string): string | null {
  if (status !== 400) return null
  try {
    return String((JSON.parse(body) as { error?: unknown }).error ?? body)
  } catch {
    return body
  }
}
