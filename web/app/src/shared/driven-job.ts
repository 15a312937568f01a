import type { Job } from '@jobcast/react'
import { ApiError, requestJson } from './api.js'

/** How long a server that is away is waited for, and how often it is tried meanwhile. */
const patienceMs = 60_000
const tryAgainMs = 1_000

interface JobAnswer {
  job: Job
}

/** What the one who runs an external job tells of it. */
export interface Report {
  status?: 'processing' | 'completed' | 'failed'
  progress?: number
  message?: string
  error?: string
  result?: Record<string, unknown>
}

/** A job that this page runs itself, as a worker elsewhere would: nothing on the server is needed for it. */
export async function makeExternalJob(filename: string): Promise<Job> {
  const body = { filename, kind: 'external', max_retries: 0 }
  return (await requestJson<JobAnswer>('/api/jobs', { method: 'POST', body })).job
}

export async function report(id: string, change: Report): Promise<Job> {
  return (await requestJson<JobAnswer>(`/api/jobs/${id}`, { method: 'PATCH', body: change })).job
}

/** Runs the job from 0 to 100 % in even steps, unless the signal stops it. */
export async function runJob(id: string, steps: number, everyMs: number, signal: AbortSignal): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    if (signal.aborted) return
    const progress = Math.floor((step / steps) * 100)
    await insist(id, signal, { status: 'processing', progress, message: `Step ${step + 1} of ${steps}` })
    await pause(everyMs, signal)
  }
  if (!signal.aborted) await insist(id, signal, { status: 'completed', progress: 100, result: { steps } })
}

/** Reports, and waits for a server that is away: it restarts, perhaps. */
async function insist(id: string, signal: AbortSignal, change: Report): Promise<void> {
  const giveUpAt = Date.now() + patienceMs
  for (let broken = false; !signal.aborted; broken = true) {
    try {
      // A server that was killed has put the job back into the queue.
      if (broken) await report(id, { status: 'processing' })
      await report(id, change)
      return
    } catch (error) {
      if (!isAway(error) || Date.now() >= giveUpAt) throw error
    }
    await pause(tryAgainMs, signal)
  }
}

function isAway(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500)
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

/** A name that no other job has. */
export function freshName(stem: string, extension: string): string {
  return `${stem}-${Date.now().toString(36)}.${extension}`
}
