import type { Job } from '@jobcast/react'

/** A job with the fields that matter, and usual values in all others. */
export function makeJob(fields: Partial<Job> = {}): Job {
  return {
    id: 'J1',
    filename: 'report.pdf',
    file_type: 'application/pdf',
    kind: 'document',
    status: 'pending',
    status_description: 'Waiting in queue',
    progress: null,
    total_chunks: null,
    processed_chunks: null,
    error_message: null,
    retry_count: 0,
    max_retries: 3,
    created_at: '2026-11-24T10:00:00.000Z',
    started_at: null,
    updated_at: '2026-11-24T10:00:00.000Z',
    processed_at: null,
    next_retry_at: null,
    result: null,
    seq: 1,
    ...fields,
  } as Job
}

/** The nth of many: each a second younger than the one before. */
export function nthJob(n: number, fields: Partial<Job> = {}): Job {
  const created_at = new Date(Date.UTC(2026, 10, 24, 10, 0, n)).toISOString()
  return makeJob({
    id: `J${String(n).padStart(4, '0')}`,
    filename: `file-${n}.txt`,
    created_at,
    seq: n + 1,
    ...fields,
  })
}
