import type { Job, JobSummary } from '@jobcast/react'

/** What is used of `server` of a status_update event. */
export interface ServerFacts {
  uptime_seconds: number
}

export interface Snapshot {
  jobs: Job[]
  summary: JobSummary
  server: ServerFacts | null
  /** When the server made it. */
  timestamp: string | null
  /** The newest event that it takes account of; what changed later is not missing from it. */
  seq: number
  /** At most this many jobs were asked for: fewer are all that there are. */
  limit: number
}

/** One event of the delta stream. */
export interface Delta {
  job: Job | null
  deletedId: string | null
  summary: JobSummary
}

type Body = Record<string, unknown>

export function readSnapshot(body: Body, limit: number, seq: number): Snapshot | null {
  if (!Array.isArray(body.jobs) || !body.summary) return null
  return {
    jobs: body.jobs as Job[],
    summary: body.summary as JobSummary,
    server: (body.server as ServerFacts | undefined) ?? null,
    timestamp: typeof body.timestamp === 'string' ? body.timestamp : null,
    seq,
    limit,
  }
}

export function readDelta(body: Body): Delta | null {
  if (!body.summary) return null
  const deleted = body.type === 'job_deleted'
  if (!deleted && !body.job) return null
  return {
    job: deleted ? null : (body.job as Job),
    deletedId: deleted ? String(body.id) : null,
    summary: body.summary as JobSummary,
  }
}
