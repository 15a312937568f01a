import type { Feed, Phase } from '@jobcast/react/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { FakeEventSource } from '../../../packages/react/test/fake-event-source.js'
import { adminFeed } from '../../src/dashboard/data/admin-feed.js'
import type { Delta, Snapshot } from '../../src/dashboard/data/wire.js'
import { makeJob } from '../make-job.js'

const summary = { total_jobs: 1, pending_jobs: 1 }
const snapshot = {
  summary,
  jobs: [makeJob()],
  server: { uptime_seconds: 3 },
  timestamp: '2026-11-24T10:00:00.000Z',
}

let mark: number
let phases: Phase[]
let snapshots: Snapshot[]
let deltas: Delta[]
let answer: (url: string) => Response | Promise<Response>
let feed: Feed

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', FakeEventSource)
  FakeEventSource.all = []
  answer = () => new Response(JSON.stringify(snapshot))
  vi.stubGlobal('fetch', async (url: string) => answer(url))
  mark = 77
  phases = []
  snapshots = []
  deltas = []
  feed = adminFeed({
    mark: () => mark,
    onSnapshot: (each) => snapshots.push(each),
    onDelta: (each) => deltas.push(each),
    onPhase: (each) => phases.push(each),
  })
  feed.start()
})

afterEach(() => {
  feed.stop()
  vi.useRealTimers()
})

it('reads the opening snapshot, and the deltas that follow', () => {
  const source = FakeEventSource.latest().accept().send('status_update', snapshot, 1234)
  source.send('job', { type: 'job_update', job: makeJob({ seq: 2 }), summary, timestamp: 'now' }, 1235)
  source.send('job', { type: 'job_deleted', id: 'J1', summary, timestamp: 'now' }, 1236)
  expect(phases.at(-1)).toBe('live')
  expect(snapshots.map(({ seq }) => seq)).toEqual([1234])
  expect(deltas.map(({ job, deletedId }) => [job?.seq, deletedId])).toEqual([
    [2, null],
    [undefined, 'J1'],
  ])
})

it('takes a polled list for as old as what was known when it was asked for', async () => {
  FakeEventSource.latest().breakOff()
  answer = (url) => {
    if (url.startsWith('/api/')) mark = 99
    return new Response(JSON.stringify(snapshot))
  }
  await vi.advanceTimersByTimeAsync(2_000)
  expect(phases.at(-1)).toBe('polling')
  expect(snapshots.map(({ seq }) => seq)).toEqual([77])
})

it('asks what the token guards too when the stream is refused', async () => {
  answer = (url) =>
    url.startsWith('/api/') ? new Response(JSON.stringify(snapshot)) : new Response('{}', { status: 401 })
  FakeEventSource.latest().refuse()
  await vi.advanceTimersByTimeAsync(10)
  expect(phases.at(-1)).toBe('denied')
  expect(snapshots).toEqual([])
})
