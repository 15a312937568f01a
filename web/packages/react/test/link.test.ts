import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createJobHub, type JobHub, type WatchOptions } from '../src/core/job-hub.js'
import type { ServerOptions } from '../src/core/targets.js'
import { lingerMs, mountBatchMs, pollMs } from '../src/core/timing.js'
import { FakeEventSource } from './fake-event-source.js'
import { installFakes, makeJob, sendStatus, serve, type FakeServer } from './fake-server.js'

const one = 'id=J1'
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

let server: FakeServer
let hub: JobHub
let release: () => void

beforeEach(() => {
  server = installFakes()
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})

afterEach(async () => {
  release()
  await pass(lingerMs)
  vi.useRealTimers()
})

const start = (options?: WatchOptions) => startAt({}, options)

async function startAt(at: ServerOptions, options: WatchOptions = {}) {
  hub = createJobHub('jobs', at)
  release = hub.watch(one, () => undefined, options)
  await pass(mountBatchMs)
}

const view = () => hub.view(one)

describe('a broken connection', () => {
  it('is opened anew after a backoff, from the last id', async () => {
    await start({ interval: 0 })
    const source = serve(makeJob({ seq: 123 }))
    await pass(20_000)
    source.breakOff()
    expect(view()).toMatchObject({ phase: 'reconnecting', connectionStatus: 'error', transport: 'none' })
    expect(view()).toMatchObject({ error: 'The connection broke.', isStale: true, job: { seq: 123 } })
    await pass(1499)
    expect(FakeEventSource.all).toHaveLength(1)
    await pass(1)
    expect(FakeEventSource.latest().url).toBe('/api/sse?id=J1&last_event_id=123')
    serve(makeJob({ seq: 124 }))
    expect(view()).toMatchObject({ phase: 'live', isStale: false, lastEventId: '124', error: null })
  })

  it('that had worked is tried soon, and one that fails again and again at growing distances', async () => {
    await start({ interval: 0 })
    const source = serve(makeJob())
    await pass(20_000)
    source.breakOff()
    for (const delay of [1500, 1500, 2500, 4500, 8500, 15_500, 15_500]) {
      const before = FakeEventSource.all.length
      await pass(delay - 1)
      expect(FakeEventSource.all).toHaveLength(before)
      await pass(1)
      expect(FakeEventSource.all).toHaveLength(before + 1)
      FakeEventSource.latest().breakOff()
    }
    expect(view()?.connectionStatus).toBe('error')
  })

  it('has the last id forgotten by a gap', async () => {
    await start()
    const source = serve(makeJob({ seq: 123 }))
    source.send('gap', { type: 'gap' })
    expect(view()?.lastEventId).toBeNull()
    // The browser repeats the last id on events that bring none.
    source.send('heartbeat', { ts: 1 })
    source.breakOff()
    await pass(1500)
    expect(FakeEventSource.latest().url).toBe('/api/sse?id=J1')
  })

  it('is bridged by polling, with the way back to the stream', async () => {
    await start()
    server.setJob(makeJob({ seq: 130, progress: 60 }))
    serve(makeJob()).breakOff()
    await pass(1500)
    expect(view()).toMatchObject({
      phase: 'polling',
      transport: 'polling',
      connectionStatus: 'connected',
      job: { progress: 60 },
    })
    const polls = server.asked.length
    serve(makeJob({ seq: 131, progress: 70 }))
    expect(view()).toMatchObject({ phase: 'live', transport: 'sse', job: { progress: 70 } })
    await pass(10_000)
    expect(server.asked).toHaveLength(polls)
  })

  it('ends when polling sees the job finished', async () => {
    await start()
    server.setJob(makeJob({ seq: 140, status: 'completed' }))
    serve(makeJob()).breakOff()
    await pass(1500)
    expect(view()).toMatchObject({ phase: 'closed', isStale: false, job: { status: 'completed' } })
    expect(FakeEventSource.open()).toHaveLength(0)
    await pass(60_000)
    expect(server.asked).toHaveLength(1)
  })

  it('is tried at once when the browser is online again', async () => {
    await start()
    serve(makeJob()).breakOff()
    window.dispatchEvent(new Event('online'))
    expect(FakeEventSource.all).toHaveLength(2)
  })
})

describe('a silent stream', () => {
  it('that opened and brings nothing within 10 s is broken', async () => {
    await start()
    server.setJob(makeJob())
    FakeEventSource.latest().accept()
    await pass(9_999)
    expect(view()?.phase).toBe('connecting')
    await pass(1)
    expect(FakeEventSource.open()).toHaveLength(0)
    await pass(1500)
    expect(view()).toMatchObject({ phase: 'polling', transport: 'polling', job: { id: 'J1' } })
    expect(FakeEventSource.open()).toHaveLength(1)
    FakeEventSource.latest().accept()
    await pass(10_000)
    expect(view()?.phase).toBe('polling')
    await pass(2500)
    serve(makeJob({ seq: 101 }))
    expect(view()).toMatchObject({ phase: 'live', job: { seq: 101 } })
  })

  it('that brings nothing for two and a half heartbeats is broken', async () => {
    await start()
    const source = serve(makeJob())
    await pass(37_000)
    source.send('heartbeat', { ts: 1 })
    await pass(37_499)
    expect(view()?.phase).toBe('live')
    await pass(1)
    expect(source.readyState).toBe(FakeEventSource.CLOSED)
    expect(view()?.phase).not.toBe('live')
  })
})

describe('the server', () => {
  it('that shuts down is come back to within 1 to 10 s, and polled meanwhile', async () => {
    await start()
    server.setJob(makeJob({ seq: 130 }))
    serve(makeJob()).send('close', { type: 'server_shutdown' })
    expect(FakeEventSource.open()).toHaveLength(0)
    expect(view()?.phase).toBe('reconnecting')
    await pass(5499)
    expect(view()).toMatchObject({ phase: 'polling', job: { seq: 130 } })
    expect(FakeEventSource.all).toHaveLength(1)
    await pass(1)
    expect(FakeEventSource.latest().url).toBe('/api/sse?id=J1&last_event_id=100')
  })

  it('that has no room for a stream is come back to within 5 to 15 s', async () => {
    await start()
    server.setJob(makeJob())
    FakeEventSource.latest().accept().send('error', { type: 'overloaded', error: 'Too many streams.' })
    expect(view()).toMatchObject({ phase: 'reconnecting', error: 'Too many streams.' })
    await pass(9_999)
    expect(FakeEventSource.all).toHaveLength(1)
    expect(view()?.phase).toBe('polling')
    await pass(1)
    serve(makeJob())
    expect(view()?.phase).toBe('live')
  })

  it('whose error names no job is believed, and the stream stays', async () => {
    await start()
    const source = serve(makeJob())
    source.send('error', { type: 'error', error: 'The disk is full.' })
    expect(view()).toMatchObject({ phase: 'live', error: 'The disk is full.', job: { id: 'J1' } })
    sendStatus(source, makeJob({ seq: 101 }))
    expect(view()?.error).toBeNull()
  })

  it('that ends every stream at once is not asked at full speed', async () => {
    await start()
    server.setJob(makeJob())
    for (const delay of [1500, 2500, 4500, 8500]) {
      const before = FakeEventSource.all.length
      serve().breakOff()
      await pass(delay - 1)
      expect(FakeEventSource.all).toHaveLength(before)
      await pass(1)
      expect(FakeEventSource.all).toHaveLength(before + 1)
    }
  })
})

describe('EventSource gave up', () => {
  it('and the job has finished: closed for good', async () => {
    await start()
    server.setJob(makeJob({ status: 'completed', seq: 150 }))
    FakeEventSource.latest().refuse()
    await pass(1)
    expect(view()).toMatchObject({ phase: 'closed', job: { status: 'completed' } })
    await pass(60_000)
    expect(FakeEventSource.all).toHaveLength(1)
    expect(server.asked).toHaveLength(1)
  })

  it('and there is no such job: closed, with the reason', async () => {
    await start()
    FakeEventSource.latest().refuse()
    await pass(1)
    expect(view()).toMatchObject({ phase: 'closed', job: null, error: 'No such job.', loading: false })
    await pass(60_000)
    expect(FakeEventSource.all).toHaveLength(1)
  })

  it('and the client is not allowed: no more requests until refetch', async () => {
    await start()
    server.answerWith({ status: 401, body: { code: 'unauthorized', error: 'Log in first.' } })
    FakeEventSource.latest().refuse()
    await pass(1)
    expect(view()).toMatchObject({ phase: 'denied', connectionStatus: 'error', error: 'Log in first.' })
    await pass(60_000)
    expect(server.asked).toHaveLength(1)
    hub.refetch(one)
    await pass(mountBatchMs)
    serve(makeJob())
    expect(view()?.phase).toBe('live')
  })

  it('and what is asked for can never be: no more requests, and the others go on', async () => {
    await start()
    const other = hub.watch('filename=a%2Fb', () => undefined)
    await pass(1_000)
    server.setJob(makeJob())
    FakeEventSource.latest().refuse()
    await pass(1)
    const bad = () => hub.view('filename=a%2Fb')
    expect(bad()).toMatchObject({ phase: 'denied', connectionStatus: 'error', error: 'A slash.' })
    expect(bad()).toMatchObject({ job: null, loading: false })
    await pass(2_000)
    expect(FakeEventSource.latest().url).toBe('/api/sse?id=J1')
    serve(makeJob({ seq: 200 }))
    expect(view()).toMatchObject({ phase: 'live', job: { seq: 200 } })
    expect(bad()?.phase).toBe('denied')
    other()
  })

  it.each([429, 503])('and the server asks to come back later, by %i: not before', async (status) => {
    await start()
    server.answerWith({ status, body: { error: 'Busy.' }, headers: { 'Retry-After': '20' } })
    FakeEventSource.latest().refuse()
    await pass(19_000)
    window.dispatchEvent(new Event('online'))
    await pass(500)
    expect(server.asked).toHaveLength(1)
    expect(FakeEventSource.all).toHaveLength(1)
    expect(view()).toMatchObject({ phase: 'reconnecting', error: 'Busy.' })
    server.answerWith(null)
    server.setJob(makeJob())
    await pass(1000)
    expect(server.asked).toHaveLength(2)
    await pass(1000)
    expect(FakeEventSource.all).toHaveLength(2)
  })

  it('without the fallback: the JSON endpoint is asked once, and the stream is tried again', async () => {
    await start({ interval: 0 })
    server.setJob(makeJob())
    FakeEventSource.latest().refuse()
    await pass(1499)
    expect(server.asked).toHaveLength(1)
    expect(view()).toMatchObject({ phase: 'reconnecting', job: { id: 'J1' } })
    await pass(1)
    expect(FakeEventSource.all).toHaveLength(2)
    await pass(9_000)
    expect(server.asked).toHaveLength(1)
  })
})

describe('polling', () => {
  it('takes the place of a stream that the browser cannot open, and sends the ETag back', async () => {
    vi.stubGlobal('EventSource', undefined)
    server.setJob(makeJob())
    await start()
    await pass(pollMs + 10)
    expect(server.asked.map(({ ifNoneMatch }) => ifNoneMatch)).toEqual([null, '"J1-100"'])
    expect(view()).toMatchObject({ phase: 'polling', job: { id: 'J1' } })
  })

  it('asks again, by refetch, for a job that had ended, beside one that goes on', async () => {
    server.setJob(makeJob())
    server.setJob(makeJob({ id: 'J2', status: 'cancelled', seq: 101 }))
    await start()
    const releaseTwo = hub.watch('id=J2', () => undefined)
    serve().breakOff()
    await pass(3000)
    expect(hub.view('id=J2')).toMatchObject({ phase: 'closed', job: { status: 'cancelled' } })
    server.setJob(makeJob({ id: 'J2', status: 'pending', seq: 102 }))
    hub.refetch('id=J2')
    await pass(mountBatchMs)
    FakeEventSource.latest().breakOff()
    await pass(pollMs)
    expect(hub.view('id=J2')).toMatchObject({ phase: 'polling', job: { status: 'pending' } })
    expect(view()).toMatchObject({ phase: 'polling' })
    releaseTwo()
  })

  it('stops when nobody watches any more', async () => {
    server.setJob(makeJob())
    await start()
    serve(makeJob()).breakOff()
    await pass(3000)
    const polls = server.asked.length
    release()
    await pass(60_000)
    expect(server.asked).toHaveLength(polls)
    expect(FakeEventSource.open()).toHaveLength(0)
  })
})

describe('a page', () => {
  it('that is hidden is polled for five times less often, and at once when it comes into sight', async () => {
    vi.stubGlobal('EventSource', undefined)
    server.setJob(makeJob())
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    await start()
    await pass(1)
    await pass(5 * pollMs - 10)
    expect(server.asked).toHaveLength(1)
    await pass(20)
    expect(server.asked).toHaveLength(2)
    hidden.mockReturnValue(false)
    document.dispatchEvent(new Event('visibilitychange'))
    await pass(1)
    expect(server.asked).toHaveLength(3)
  })

  it('that is frozen holds no stream, and takes it up again when it is resumed', async () => {
    await start()
    serve(makeJob())
    document.dispatchEvent(new Event('freeze'))
    expect(FakeEventSource.open()).toHaveLength(0)
    await pass(60_000)
    expect(FakeEventSource.all).toHaveLength(1)
    document.dispatchEvent(new Event('resume'))
    await pass(mountBatchMs)
    serve(makeJob({ seq: 140 }))
    expect(view()).toMatchObject({ phase: 'live', job: { seq: 140 } })
  })

  it('that slept through the silence of its stream notices when it wakes', async () => {
    await start()
    serve(makeJob())
    vi.setSystemTime(Date.now() + 3_600_000)
    document.dispatchEvent(new Event('visibilitychange'))
    expect(FakeEventSource.all).toHaveLength(2)
    expect(FakeEventSource.open()).toHaveLength(1)
  })
})

describe('a token', () => {
  it('is changed for a cookie before the stream is opened, and sent with what is asked', async () => {
    await startAt({ token: 'secret' })
    expect(server.asked).toMatchObject([{ url: '/api/session', method: 'POST', body: '{"token":"secret"}' }])
    expect(FakeEventSource.all).toHaveLength(1)
    server.setJob(makeJob())
    FakeEventSource.latest().refuse()
    await pass(1)
    expect(server.asked[1]).toMatchObject({ authorization: 'Bearer secret' })
    await pass(1500)
    // The cookie may have run out.
    expect(server.asked.map(({ url }) => url).filter((url) => url === '/api/session')).toHaveLength(2)
    expect(FakeEventSource.all).toHaveLength(2)
  })

  it('for a server of another origin, which gets no cookie, is polled with', async () => {
    server.setJob(makeJob())
    await startAt({ token: 'secret', baseUrl: 'https://jobs.test/' })
    await pass(1)
    expect(server.asked).toMatchObject([
      {
        url: 'https://jobs.test/api/background-process?action=status&id=J1',
        authorization: 'Bearer secret',
      },
    ])
    expect(FakeEventSource.all).toHaveLength(0)
    expect(view()?.transport).toBe('polling')
  })
})

it('asks the server that it is told', async () => {
  await startAt({ baseUrl: 'https://jobs.test' })
  expect(FakeEventSource.latest().url).toBe('https://jobs.test/api/sse?id=J1')
})
