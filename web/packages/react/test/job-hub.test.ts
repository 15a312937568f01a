import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createJobHub, type JobHub } from '../src/core/job-hub.js'
import type { Job } from '../src/core/types.js'
import { targetKey } from '../src/core/targets.js'
import { changeBatchMs, mountBatchMs } from '../src/core/timing.js'
import { FakeEventSource } from './fake-event-source.js'
import { installFakes, makeJob, sendStatus, serve, type FakeServer } from './fake-server.js'

const one = 'id=J1'
const two = 'id=J2'
const named = 'filename=a.pdf'
const all = ''
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

let server: FakeServer
let hub: JobHub

beforeEach(() => {
  server = installFakes()
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  hub = createJobHub('jobs')
})

afterEach(() => {
  vi.useRealTimers()
})

async function watch(key: string) {
  const listener = vi.fn()
  const release = hub.watch(key, listener)
  await pass(mountBatchMs)
  return { listener, release }
}

describe('one stream for all', () => {
  it('carries jobs that are watched together', async () => {
    hub.watch(one, () => undefined)
    hub.watch(two, () => undefined)
    hub.watch(targetKey({ filename: 'ä b.pdf' }), () => undefined)
    await pass(mountBatchMs)
    expect(FakeEventSource.all.map(({ url }) => url)).toEqual([
      '/api/sse?id=J1&id=J2&filename=%C3%A4%20b.pdf',
    ])
  })

  it('is opened once for a job that is released and watched again, as StrictMode does', async () => {
    hub.watch(one, () => undefined)()
    await watch(one)
    await pass(5000)
    expect(FakeEventSource.all).toHaveLength(1)
  })

  it('is reopened once, without a last id, for jobs that come later', async () => {
    await watch(one)
    serve(makeJob())
    hub.watch(two, () => undefined)
    await pass(changeBatchMs - 10)
    hub.watch('id=J3', () => undefined)
    await pass(changeBatchMs)
    expect(FakeEventSource.all.map(({ url }) => url)).toEqual([
      '/api/sse?id=J1',
      '/api/sse?id=J1&id=J2&id=J3',
    ])
    expect(FakeEventSource.open()).toHaveLength(1)
    expect(hub.view(one)?.phase).toBe('live')
  })

  it('is closed a second after the last user has left, and kept for one who comes back before', async () => {
    const first = await watch(one)
    serve(makeJob())
    first.release()
    await pass(500)
    FakeEventSource.latest().send('heartbeat', { ts: 1 })
    const second = await watch(one)
    await pass(2000)
    expect(FakeEventSource.all).toHaveLength(1)
    second.release()
    await pass(999)
    expect(FakeEventSource.open()).toHaveLength(1)
    await pass(1)
    expect(FakeEventSource.open()).toHaveLength(0)
    expect(hub.view(one)).toMatchObject({ phase: 'idle', connectionStatus: 'disconnected', loading: false })
  })

  it('gives way to several where there are more than a hundred jobs', async () => {
    for (let n = 0; n < 130; n += 1) hub.watch(`id=K${n}`, () => undefined)
    await pass(mountBatchMs)
    expect(FakeEventSource.all.map(({ url }) => url.match(/id=/g)?.length)).toEqual([100, 30])
    for (const source of FakeEventSource.all) {
      source.accept()
      for (const [, id] of source.url.matchAll(/id=(K\d+)/g)) sendStatus(source, makeJob({ id: id ?? '' }))
    }
    expect(hub.view('id=K0')).toMatchObject({ phase: 'live', job: { id: 'K0' } })
    expect(hub.view('id=K129')).toMatchObject({ phase: 'live', job: { id: 'K129' } })
  })

  it('gives way to several where the address grows too long', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `${'ü'.repeat(100)}${n}`)
    for (const filename of names) hub.watch(targetKey({ filename }), () => undefined)
    await pass(mountBatchMs)
    expect(FakeEventSource.all.map(({ url }) => url.match(/filename=/g)?.length)).toEqual([9, 9, 9, 3])
    expect(Math.max(...FakeEventSource.all.map(({ url }) => url.length))).toBeLessThan(6100)
  })

  it('leaves connections for requests: from the fifth hundred on jobs are polled', async () => {
    for (let n = 0; n < 401; n += 1) hub.watch(`id=K${n}`, () => undefined)
    server.setJob(makeJob({ id: 'K400' }))
    await pass(mountBatchMs + 1)
    expect(FakeEventSource.all).toHaveLength(4)
    expect(server.asked.map(({ url }) => url)).toEqual(['/api/background-process?action=status&id=K400'])
    expect(hub.view('id=K400')).toMatchObject({ phase: 'polling', job: { id: 'K400' } })
  })
})

describe('a job', () => {
  it('is told with each change, and the stream is closed for good when it has finished', async () => {
    const { listener } = await watch(one)
    expect(hub.view(one)).toMatchObject({ phase: 'connecting', loading: true, job: null })
    const source = serve(makeJob())
    expect(hub.view(one)).toMatchObject({ phase: 'live', loading: false, job: { progress: 10 } })
    listener.mockClear()
    source.send('status', { type: 'job_status', job: makeJob({ status: 'completed', seq: 101 }) }, 101)
    expect(listener).toHaveBeenCalled()
    expect(hub.view(one)).toMatchObject({ phase: 'closed', job: { status: 'completed' } })
    await pass(120_000)
    expect(FakeEventSource.open()).toHaveLength(0)
    expect(FakeEventSource.all).toHaveLength(1)
    expect(server.asked).toHaveLength(0)
  })

  it('never goes back in seq', async () => {
    await watch(one)
    const source = serve(makeJob({ seq: 105, progress: 50 }))
    sendStatus(source, makeJob({ seq: 104, progress: 40 }))
    expect(hub.view(one)?.job?.progress).toBe(50)
  })

  it('may go back after a gap', async () => {
    await watch(one)
    const source = serve(makeJob({ seq: 105, progress: 50 }))
    source.send('gap', { type: 'gap', last_event_id: 105, oldest: 1 })
    sendStatus(source, makeJob({ seq: 20, progress: 5 }))
    expect(hub.view(one)?.job?.progress).toBe(5)
    sendStatus(source, makeJob({ seq: 19, progress: 4 }))
    expect(hub.view(one)?.job?.progress).toBe(5)
  })

  it('watched by its name gives way to a newer one, and not to late news of the older one', async () => {
    await watch(named)
    await watch(one)
    const source = serve(makeJob())
    sendStatus(source, makeJob({ id: 'J2', seq: 110, created_at: '2026-11-23T20:44:00.000Z' }))
    sendStatus(source, makeJob({ id: 'J1', seq: 111 }))
    expect(hub.view(named)?.job?.id).toBe('J2')
    expect(hub.view(one)?.job?.seq).toBe(111)
  })

  it('that does not exist yet is waited for', async () => {
    await watch(named)
    const source = serve()
    source.send('error', { type: 'job_not_found', error: 'No job of that name.', filename: 'a.pdf' })
    expect(hub.view(named)).toMatchObject({ error: 'No job of that name.', loading: false, phase: 'live' })
    sendStatus(source, makeJob())
    expect(hub.view(named)).toMatchObject({ error: null, job: { id: 'J1' } })
    expect(FakeEventSource.all).toHaveLength(1)
  })

  it('that is deleted counts as finished', async () => {
    await watch(one)
    serve(makeJob()).send('deleted', { type: 'job_deleted', id: 'J1', filename: 'a.pdf' }, 120)
    expect(hub.view(one)).toMatchObject({ phase: 'closed', job: null, error: 'The job was deleted.' })
    expect(FakeEventSource.open()).toHaveLength(0)
  })

  it('is asked for anew by refetch after it has finished', async () => {
    await watch(one)
    serve(makeJob({ status: 'failed', seq: 101 }))
    hub.refetch(one)
    await pass(mountBatchMs)
    expect(FakeEventSource.all).toHaveLength(2)
    serve(makeJob({ status: 'pending', seq: 102 }))
    expect(hub.view(one)).toMatchObject({ phase: 'live', job: { status: 'pending' } })
  })

  it('that finishes makes room for one that waits, without looking like a failure', async () => {
    await watch(one)
    const source = serve(makeJob())
    hub.watch(two, () => undefined)
    sendStatus(source, makeJob({ status: 'completed', seq: 101 }))
    expect(FakeEventSource.open()).toHaveLength(0)
    await pass(changeBatchMs)
    expect(FakeEventSource.latest().url).toBe('/api/sse?id=J2')
    expect(server.asked).toHaveLength(0)
  })

  it('is told where it stands in the queue, by events without a number', async () => {
    await watch(one)
    await watch(named)
    const source = serve(makeJob({ status: 'pending', seq: 105 }))
    source.send('queue', { type: 'queue', id: 'J1', queue_position: 3, eta_seconds: 40, stalled: false })
    const place = { queue_position: 3, eta_seconds: 40, stalled: false, seq: 105 }
    expect(hub.view(one)).toMatchObject({ job: place, lastEventId: '105' })
    expect(hub.view(named)).toMatchObject({ job: place })
    source.send('queue', { type: 'queue', id: 'J9', queue_position: 1, eta_seconds: 1, stalled: true })
    expect(hub.view(one)).toMatchObject({ job: place })
  })

  it('keeps its place through numbered events, which do not tell it', async () => {
    await watch(one)
    const source = serve(makeJob({ seq: 105 }))
    source.send('queue', { type: 'queue', id: 'J1', queue_position: null, eta_seconds: 40, stalled: true })
    sendStatus(source, makeJob({ seq: 106, progress: 40 }))
    expect(hub.view(one)?.job).toMatchObject({ progress: 40, eta_seconds: 40, stalled: false })
    sendStatus(source, makeJob({ seq: 107, status: 'completed' }))
    expect(hub.view(one)?.job?.eta_seconds).toBeNull()
  })

  it('is not shown anew for a state that was told before', async () => {
    hub.watch(two, () => undefined)
    const { listener } = await watch(one)
    const ended = makeJob({ seq: 106, status: 'completed' })
    const source = serve(makeJob({ seq: 105 }))
    source.send('status', { type: 'job_status', job: ended }, 106)
    listener.mockClear()
    source.send('finished', { type: 'job_finished', job: ended }, 106)
    expect(listener).not.toHaveBeenCalled()
  })

  it('that was given at first is shown until the server tells more, and never one that is older', async () => {
    hub.watch(one, () => undefined, { initialData: makeJob({ seq: 90 }) })
    expect(hub.view(one)).toMatchObject({ job: { seq: 90 }, loading: false, isStale: true })
    await pass(mountBatchMs)
    serve(makeJob({ seq: 100 }))
    expect(hub.view(one)).toMatchObject({ job: { seq: 100 }, isStale: false })
    hub.watch(one, () => undefined, { initialData: makeJob({ seq: 95 }) })
    expect(hub.view(one)?.job?.seq).toBe(100)
  })

  it('that is unknown among others counts as finished', async () => {
    await watch(one)
    hub.watch(two, () => undefined)
    await pass(changeBatchMs)
    serve(makeJob()).send('error', { type: 'job_not_found', error: 'No such job.', id: 'J2' })
    expect(hub.view(two)).toMatchObject({ phase: 'closed', error: 'No such job.', loading: false })
    expect(hub.view(one)).toMatchObject({ phase: 'live', error: null })
  })

  it('that was watched by its name and is gone when asked for, was deleted', async () => {
    await watch(named)
    const source = serve(makeJob())
    source.breakOff()
    await pass(1500)
    expect(hub.view(named)).toMatchObject({ phase: 'closed', job: null, error: 'No such job.' })
    expect(FakeEventSource.open()).toHaveLength(0)
  })
})

describe('all jobs', () => {
  const summary = { total_jobs: 2 }
  const snapshot = (jobs: Job[], id: number) =>
    FakeEventSource.latest().send('status', { type: 'status_summary', summary, jobs }, id)

  beforeEach(() => {
    hub = createJobHub('status')
  })

  it('come with their summary, in a stream of their own', async () => {
    await watch(all)
    hub.watch(one, () => undefined)
    await pass(changeBatchMs)
    expect(FakeEventSource.all.map(({ url }) => url)).toEqual([
      '/api/background-process?action=status&sse=true',
      '/api/background-process?action=status&sse=true&id=J1',
    ])
  })

  it('never go back in seq', async () => {
    await watch(all)
    serve()
    snapshot([makeJob({ seq: 105 }), makeJob({ id: 'J2', seq: 104 })], 105)
    snapshot([makeJob({ seq: 103 }), makeJob({ id: 'J2', seq: 106 })], 106)
    expect(hub.view(all)).toMatchObject({ summary, lastEventId: '106', isStale: false })
    expect(hub.view(all)?.jobs.map(({ seq }) => seq)).toEqual([105, 106])
  })

  it('are polled while the stream is away', async () => {
    await watch(all)
    server.answerWith({ status: 200, body: { summary, jobs: [makeJob()] } })
    FakeEventSource.latest().breakOff()
    await pass(1500)
    expect(hub.view(all)).toMatchObject({ phase: 'polling', summary, jobs: [{ id: 'J1' }] })
  })
})
