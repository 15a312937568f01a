import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createJobHub, type JobHub } from '../src/core/job-hub.js'
import { jobStreamEndpoints, type Target } from '../src/core/targets.js'
import { changeBatchMs, mountBatchMs } from '../src/core/timing.js'
import { FakeEventSource } from './fake-event-source.js'
import { installFakes, makeJob, sendStatus, serve, type FakeServer } from './fake-server.js'

const one: Target = { id: 'J1' }
const named: Target = { filename: 'a.pdf' }
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

let server: FakeServer
let hub: JobHub

beforeEach(() => {
  server = installFakes()
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  hub = createJobHub(jobStreamEndpoints(), true)
})

afterEach(() => {
  vi.useRealTimers()
})

async function watch(target: Target) {
  const listener = vi.fn()
  const release = hub.watch(target, listener)
  await pass(mountBatchMs)
  return { listener, release }
}

describe('one stream for all', () => {
  it('carries jobs that are watched together', async () => {
    hub.watch(one, () => undefined)
    hub.watch({ id: 'J2' }, () => undefined)
    hub.watch({ filename: 'ä b.pdf' }, () => undefined)
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
    hub.watch({ id: 'J2' }, () => undefined)
    await pass(100)
    hub.watch({ id: 'J3' }, () => undefined)
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
    await pass(1000)
    expect(FakeEventSource.open()).toHaveLength(0)
    expect(hub.view(one)).toMatchObject({ phase: 'idle', connectionStatus: 'disconnected', loading: false })
  })

  it('polls the jobs that do not fit into it', async () => {
    for (let n = 0; n < 101; n += 1) {
      server.setJob(makeJob({ id: `K${n}`, filename: `${n}.pdf` }))
      hub.watch({ id: `K${n}` }, () => undefined)
    }
    await pass(mountBatchMs)
    serve()
    await pass(1)
    expect(FakeEventSource.latest().url.match(/id=/g)).toHaveLength(100)
    expect(server.asked.map(({ url }) => url)).toEqual(['/api/background-process?action=status&id=K100'])
    expect(hub.view({ id: 'K100' })).toMatchObject({ phase: 'polling', job: { id: 'K100' } })
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
    await watch({ id: 'J1' })
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
    hub.watch({ id: 'J2' }, () => undefined)
    sendStatus(source, makeJob({ status: 'completed', seq: 101 }))
    expect(FakeEventSource.open()).toHaveLength(0)
    await pass(changeBatchMs)
    expect(FakeEventSource.latest().url).toBe('/api/sse?id=J2')
    expect(server.asked).toHaveLength(0)
  })
})
