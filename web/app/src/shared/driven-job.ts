import type { Job } from '@jobcast/react'
import { requestJson } from './api.js'

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
    await report(id, { status: 'processing', progress, message: `Step ${step + 1} of ${steps}` })
    await pause(everyMs, signal)
  }
  if (!signal.aborted) await report(id, { status: 'completed', progress: 100, result: { steps } })
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
