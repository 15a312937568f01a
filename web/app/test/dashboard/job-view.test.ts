import type { Job } from '@jobcast/react'
import { beforeEach, expect, it } from 'vitest'
import { newestFirst, noFilter, type Filter, type Sort } from '../../src/dashboard/data/job-order.js'
import { JobTable } from '../../src/dashboard/data/job-table.js'
import { JobView } from '../../src/dashboard/data/job-view.js'
import { nthJob } from '../make-job.js'

let table: JobTable
let view: JobView

beforeEach(() => {
  table = new JobTable()
  view = new JobView()
  view.arrange(noFilter, newestFirst, [])
})

function take(job: Job) {
  const change = table.check(job)
  if (change) view.change(change.row, job, () => table.put(change.row, job))
}

function remove(id: string) {
  const row = table.bury(id)
  if (row) view.remove(row)
}

const ids = () => view.shown.map(({ job }) => job.id)
const arrange = (filter: Partial<Filter>, sort: Sort = newestFirst) =>
  view.arrange({ ...noFilter, ...filter }, sort, table.all())

it('shows the newest first, in whatever order they come', () => {
  for (const n of [2, 0, 3, 1]) take(nthJob(n))
  expect(ids()).toEqual(['J0003', 'J0002', 'J0001', 'J0000'])
})

it('never goes back to an older state of a job, and takes no news of a deleted one', () => {
  take(nthJob(1, { seq: 10, progress: 50 }))
  take(nthJob(1, { seq: 9, progress: 40 }))
  expect(view.shown[0]?.job.progress).toBe(50)
  remove('J0001')
  take(nthJob(1, { seq: 11, progress: 60 }))
  expect(ids()).toEqual([])
})

it('changes a row in place where its order does not depend on the change', () => {
  for (const n of [0, 1, 2]) take(nthJob(n))
  const row = view.shown[1]
  take(nthJob(1, { seq: 20, progress: 30 }))
  expect(view.shown[1]).toBe(row)
  expect(row?.job.progress).toBe(30)
})

it('moves a row by its new key, and only that one', () => {
  for (const n of [0, 1, 2, 3]) take(nthJob(n, { updated_at: `2026-11-24T11:00:0${n}.000Z` }))
  arrange({}, { key: 'updated', descending: true })
  take(nthJob(0, { seq: 20, updated_at: '2026-11-24T12:00:00.000Z' }))
  expect(ids()).toEqual(['J0000', 'J0003', 'J0002', 'J0001'])
})

it('lets rows come and go by the filter', () => {
  for (const n of [0, 1]) take(nthJob(n))
  arrange({ status: 'failed' })
  expect(ids()).toEqual([])
  take(nthJob(1, { seq: 20, status: 'failed' }))
  expect(ids()).toEqual(['J0001'])
  take(nthJob(1, { seq: 21, status: 'pending' }))
  expect(ids()).toEqual([])
  arrange({ text: 'file-0' })
  expect(ids()).toEqual(['J0000'])
})

it('keeps rows where they are while it is held, and makes up for it afterwards', () => {
  for (const n of [0, 1]) take(nthJob(n))
  view.hold()
  take(nthJob(2))
  take(nthJob(0, { seq: 20, progress: 70 }))
  expect(ids()).toEqual(['J0001', 'J0000'])
  expect(view.shown[1]?.job.progress).toBe(70)
  expect(view.waiting).toBe(1)
  remove('J0001')
  expect(ids()).toEqual(['J0000'])
  view.release(table.all())
  expect(ids()).toEqual(['J0002', 'J0000'])
})

it('stays sorted through thousands of changes', () => {
  const sort: Sort = { key: 'progress', descending: false }
  arrange({}, sort)
  let seed = 7
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below
  for (let step = 0; step < 5_000; step += 1) {
    const n = random(300)
    if (step % 50 === 0) remove(`J${String(n).padStart(4, '0')}`)
    else take(nthJob(n, { seq: 1_000 + step, progress: random(100), status: 'processing' }))
  }
  const progress = view.shown.map(({ job }) => job.progress ?? -1)
  expect(progress).toEqual([...progress].sort((a, b) => a - b))
  expect(new Set(ids()).size).toBe(table.size)
})

it('finds what an answer between two times no longer holds, unless it changed since', () => {
  for (const n of [0, 1, 2, 3]) take(nthJob(n))
  take(nthJob(2, { seq: 90 }))
  const span = { after: nthJob(0).created_at, before: nthJob(4).created_at }
  const gone = table.missing(span, [nthJob(3)], 50, () => true)
  expect(gone.map(({ job }) => job.id)).toEqual(['J0001'])
})

it('gives up the oldest first', () => {
  for (const n of [5, 3, 4, 1]) take(nthJob(n))
  expect(
    table
      .oldest(2)
      .map(({ job }) => job.id)
      .sort(),
  ).toEqual(['J0001', 'J0003'])
})
