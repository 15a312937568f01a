import { vi } from 'vitest'
import type { Job } from '../src/index.js'
import { FakeEventSource } from './fake-event-source.js'

interface FakeAnswer {
  status: number
  body: object | null
  headers?: Record<string, string>
}

export interface Asked {
  url: string
  method: string
  body: unknown
  ifNoneMatch: string | null
  authorization: string | null
}

/** The JSON endpoint: answers what the test has put there, and notes what was asked. */
export class FakeServer {
  readonly asked: Asked[] = []
  private readonly jobs = new Map<string, Job>()
  private answer: FakeAnswer | null = null
  private down = false

  setJob(job: Job): void {
    this.jobs.set(job.id, job)
  }

  answerWith(answer: FakeAnswer | null): void {
    this.answer = answer
  }

  goDown(down: boolean): void {
    this.down = down
  }

  readonly fetch = (url: string, init?: RequestInit): Promise<Response> => {
    const { method = 'GET', body } = init ?? {}
    const headers = new Headers(init?.headers)
    const ifNoneMatch = headers.get('If-None-Match')
    this.asked.push({ url, method, body, ifNoneMatch, authorization: headers.get('Authorization') })
    if (this.down) return Promise.reject(new TypeError('Failed to fetch'))
    return Promise.resolve(toResponse(this.answer ?? this.find(url), ifNoneMatch))
  }

  private find(url: string): FakeAnswer {
    const query = new URL(url, 'http://jobs.test').searchParams
    if (query.get('filename')?.includes('/')) return { status: 400, body: { error: 'A slash.' } }
    const job = [...this.jobs.values()].find(
      ({ id, filename }) => id === query.get('id') || filename === query.get('filename'),
    )
    if (!job) return { status: 404, body: { code: 'job_not_found', error: 'No such job.', job: null } }
    return { status: 200, body: { job }, headers: { ETag: `"${job.id}-${job.seq}"` } }
  }
}

export function installFakes(): FakeServer {
  const server = new FakeServer()
  FakeEventSource.all = []
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', FakeEventSource)
  vi.stubGlobal('fetch', server.fetch)
  return server
}

function toResponse({ status, body, headers }: FakeAnswer, ifNoneMatch: string | null): Response {
  if (status === 200 && headers?.ETag !== undefined && headers.ETag === ifNoneMatch) {
    return new Response(null, { status: 304 })
  }
  return new Response(body && JSON.stringify(body), { status, headers: headers ?? {} })
}

export function makeJob(change: Partial<Job> = {}): Job {
  return {
    id: 'J1',
    filename: 'a.pdf',
    file_type: 'application/pdf',
    kind: 'document',
    status: 'processing',
    status_description: 'Currently processing...',
    progress: 10,
    total_chunks: 10,
    processed_chunks: 1,
    error_message: null,
    retry_count: 0,
    max_retries: 3,
    created_at: '2026-11-23T20:43:00.000Z',
    started_at: '2026-11-23T20:43:01.000Z',
    updated_at: '2026-11-23T20:43:01.000Z',
    processed_at: null,
    next_retry_at: null,
    result: null,
    seq: 100,
    queue_position: null,
    eta_seconds: null,
    stalled: false,
    ...change,
  }
}

export function sendStatus(source: FakeEventSource, job: Job): void {
  source.send('status', { type: 'job_status', job, message: '', timestamp: '' }, job.seq)
  const ended = ['completed', 'failed', 'cancelled'].includes(job.status)
  if (ended && source.readyState === FakeEventSource.OPEN) {
    source.send('finished', { type: 'job_finished', job, timestamp: '' }, job.seq)
  }
}

/** Accepts the newest stream as the server does: first `connection`, then the given jobs. */
export function serve(...jobs: Job[]): FakeEventSource {
  const source = FakeEventSource.latest().accept()
  source.send('connection', { type: 'connected', clientId: 'c', timestamp: '' })
  for (const job of jobs) if (source.readyState === FakeEventSource.OPEN) sendStatus(source, job)
  return source
}
