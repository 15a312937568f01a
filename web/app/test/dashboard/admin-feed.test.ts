import type { Phase } from '@jobcast/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { AdminFeed } from '../../src/dashboard/data/admin-feed.js'
import type { Delta, Snapshot } from '../../src/dashboard/data/wire.js'
import { makeJob } from '../make-job.js'
import { FakeEventSource } from './fake-event-source.js'

const summary = { total_jobs: 1, pending_jobs: 1 }
const snapshot = {
  summary,
  jobs: [makeJob()],
  server: { uptime_seconds: 3 },
  timestamp: '2026-11-24T10:00:00.000Z',
}

let phases: (string | null)[][]
let snapshots: Snapshot[]
let deltas: Delta[]
let answer: (url: string) => Response | Promise<Response>
let feed: AdminFeed
const phase = (): Phase | undefined => phases[phases.length - 1]?.[0] as Phase | undefined

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  vi.stubGlobal('EventSource', FakeEventSource)
  FakeEventSource.all = []
  answer = () => new Response(JSON.stringify(snapshot))
  vi.stubGlobal('fetch', async (url: string) => answer(url))
  phases = []
  snapshots = []
  deltas = []
  feed = new AdminFeed({
    mark: () => 77,
    onSnapshot: (each) => snapshots.push(each),
    onDelta: (each) => deltas.push(each),
    onPhase: (...each) => phases.push(each),
  })
  feed.start()
})

afterEach(() => {
  feed.stop()
  vi.useRealTimers()
})

function connect() {
  FakeEventSource.last.open()
  FakeEventSource.last.send('status_update', snapshot, '1234')
}

it('is connected once the opening snapshot has come, and passes on what follows', () => {
  expect(phase()).toBe('connecting')
  connect()
  expect(phase()).toBe('live')
  FakeEventSource.last.send('job', {
    type: 'job_update',
    job: makeJob({ seq: 2 }),
    summary,
    timestamp: 'now',
  })
  FakeEventSource.last.send('job', { type: 'job_deleted', id: 'J1', summary, timestamp: 'now' })
  expect(snapshots.map(({ seq }) => seq)).toEqual([1234])
  expect(deltas.map(({ job, deletedId }) => [job?.seq, deletedId])).toEqual([
    [2, null],
    [undefined, 'J1'],
  ])
})

it('polls while the stream is away, and comes back to it', async () => {
  connect()
  await vi.advanceTimersByTimeAsync(6_000)
  FakeEventSource.last.fail()
  expect(phase()).toBe('reconnecting')
  await vi.advanceTimersByTimeAsync(1_600)
  expect(phase()).toBe('polling')
  await vi.advanceTimersByTimeAsync(30_000)
  expect(FakeEventSource.all.length).toBeGreaterThan(1)
  connect()
  expect(phase()).toBe('live')
  const polled = snapshots.length
  expect(snapshots[polled - 2]?.seq).toBe(77)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(snapshots).toHaveLength(polled)
})

it('takes a stream that stays silent for a broken one', async () => {
  FakeEventSource.last.open()
  await vi.advanceTimersByTimeAsync(10_050)
  expect(FakeEventSource.all[0]?.readyState).toBe(FakeEventSource.CLOSED)
  expect(phase()).toBe('polling')
})

it('says that the server cannot be reached, and keeps trying', async () => {
  answer = () => Promise.reject(new TypeError('no network'))
  FakeEventSource.last.fail()
  await vi.advanceTimersByTimeAsync(10)
  expect(phases[phases.length - 1]).toEqual(['reconnecting', 'The server cannot be reached.'])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(FakeEventSource.all.length).toBeGreaterThan(2)
})

it('asks why it was refused, and stops where a token is wanted', async () => {
  answer = () =>
    new Response(JSON.stringify({ detail: 'a token is needed', code: 'unauthorized' }), { status: 401 })
  FakeEventSource.last.fail(true)
  await vi.advanceTimersByTimeAsync(10)
  expect(phases[phases.length - 1]).toEqual(['denied', 'a token is needed'])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(FakeEventSource.all).toHaveLength(1)
  feed.start()
  connect()
  expect(phase()).toBe('live')
})

it('comes back at its own time after the server has said that it stops, or is overloaded', async () => {
  connect()
  FakeEventSource.last.send('close', { type: 'server_shutdown' })
  await vi.advanceTimersByTimeAsync(5_400)
  expect(FakeEventSource.all).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(200)
  expect(FakeEventSource.all).toHaveLength(2)
  FakeEventSource.last.send('error', { type: 'overloaded', error: 'too many streams' })
  await vi.advanceTimersByTimeAsync(9_900)
  expect(FakeEventSource.all).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(200)
  expect(FakeEventSource.all).toHaveLength(3)
})
