import type { Job, JobSummary } from '@jobcast/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { JobList } from '../../src/dashboard/data/job-list.js'
import { newestFirst, noFilter } from '../../src/dashboard/data/job-order.js'
import { nthJob } from '../make-job.js'

const limit = 3
const summary = { total_jobs: 0 } as JobSummary

let list: JobList
let answer: () => { jobs: Job[]; next_cursor: string | null }

beforeEach(() => {
  vi.useFakeTimers()
  answer = () => ({ jobs: [], next_cursor: null })
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(answer())))
  list = new JobList()
})

afterEach(() => {
  list.stop()
  vi.useRealTimers()
})

const snapshot = (jobs: Job[], seq: number, reopened = true) =>
  list.takeSnapshot({ jobs, summary, server: null, timestamp: null, seq, limit }, reopened)
const delta = (job: Job) => list.takeDelta({ job, deletedId: null, summary })
const deleted = (deletedId: string) => list.takeDelta({ job: null, deletedId, summary })
const ids = () => list.state.get().rows.map(({ job }) => job.id)
const settle = () => vi.advanceTimersByTimeAsync(1_000)

it('renders many changes once', async () => {
  snapshot([nthJob(1)], 2)
  await settle()
  const rendered = vi.fn()
  list.state.subscribe(rendered)
  for (let seq = 10; seq < 30; seq += 1) delta(nthJob(1, { seq, progress: seq }))
  await settle()
  expect(rendered).toHaveBeenCalledTimes(1)
  expect(list.job('J0001')?.progress).toBe(29)
})

it('drops what was deleted while the stream was away, the newest job too', async () => {
  snapshot([nthJob(3), nthJob(2), nthJob(1)], 4)
  snapshot([nthJob(2), nthJob(1)], 5)
  await settle()
  expect(ids()).toEqual(['J0002', 'J0001'])
  snapshot([], 7)
  await settle()
  expect(ids()).toEqual([])
})

it('keeps older jobs than a full snapshot reaches, and what is newer than it', async () => {
  answer = () => ({ jobs: [nthJob(4), nthJob(3), nthJob(2), nthJob(1)], next_cursor: null })
  list.arrange(noFilter, newestFirst)
  await settle()
  snapshot([nthJob(4), nthJob(3), nthJob(2)], 5)
  expect(list.job('J0001')).toBeDefined()
  delta(nthJob(9, { seq: 50 }))
  snapshot([nthJob(4), nthJob(3), nthJob(2)], 40, false)
  expect(list.job('J0009')).toBeDefined()
})

it('takes a page of older jobs for what it is: late news bring back no deleted job, and no older state', async () => {
  delta(nthJob(2, { seq: 20, progress: 80 }))
  deleted('J0001')
  answer = () => ({ jobs: [nthJob(2, { seq: 3, progress: 10 }), nthJob(1)], next_cursor: null })
  list.arrange(noFilter, newestFirst)
  await settle()
  expect(ids()).toEqual(['J0002'])
  expect(list.job('J0002')?.progress).toBe(80)
})

it('keeps the order while it is held, takes older pages in, and makes up for the rest afterwards', async () => {
  snapshot([nthJob(3)], 4)
  await settle()
  list.hold(true)
  delta(nthJob(5))
  answer = () => ({ jobs: [nthJob(3), nthJob(2)], next_cursor: null })
  list.arrange(noFilter, newestFirst)
  list.hold(true)
  delta(nthJob(6))
  await settle()
  expect(ids()).toEqual(['J0005', 'J0003', 'J0002'])
  list.hold(false)
  expect(ids()).toEqual(['J0006', 'J0005', 'J0003', 'J0002'])
})

it('does not grow without end', async () => {
  for (let n = 0; n < 21_500; n += 1) delta(nthJob(n))
  await settle()
  expect(list.state.get().known).toBeLessThanOrEqual(21_000)
  expect(list.job('J21499')).toBeDefined()
  expect(list.job('J0000')).toBeUndefined()
})
