import { vi } from 'vitest'
import type { Job } from '@jobcast/react'
import { makeJob } from '../make-job.js'

/** Answers the requests of an experiment by polling: jobs are made, told of, and asked for by their name. */
export class FakeServer {
  job: Job | null = null
  away = false
  /** An answer for every question about the status. */
  refusal: Response | null = null
  private seq = 0
  private made = 0

  constructor() {
    vi.stubGlobal('fetch', (_url: string, init: RequestInit = {}) => {
      if (this.away) return Promise.reject(new TypeError('Failed to fetch'))
      return Promise.resolve(this.answer(init.method ?? 'GET', String(init.body)))
    })
  }

  private answer(method: string, body: string): Response {
    if (method === 'POST') {
      this.made += 1
      return this.tell(makeJob({ id: `J${this.made}`, seq: (this.seq += 1) }))
    }
    if (method === 'PATCH') return this.tell({ ...this.known(), ...JSON.parse(body), seq: (this.seq += 1) })
    if (this.refusal) return this.refusal.clone()
    return this.job ? this.tell(this.job) : new Response('{"job":null}', { status: 404 })
  }

  private tell(job: Job): Response {
    this.job = job
    return new Response(JSON.stringify({ job }))
  }

  private known(): Job {
    if (!this.job) throw new Error('there is no job')
    return this.job
  }
}
