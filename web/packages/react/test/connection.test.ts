import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createJobHub, type JobHub } from '../src/core/job-hub.js'
import { jobStreamEndpoints, type Target } from '../src/core/targets.js'
import { mountBatchMs, pollMs } from '../src/core/timing.js'
import { FakeEventSource } from './fake-event-source.js'
import { installFakes, makeJob, sendStatus, serve, type FakeServer } from './fake-server.js'

const one: Target = { id: 'J1' }
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

let server: FakeServer
let hub: JobHub

beforeEach(() => {
  server = installFakes()
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})

afterEach(() => {
  vi.useRealTimers()
})

async function start(pollingFallback = true) {
  hub = createJobHub(jobStreamEndpoints(), pollingFallback)
  const release = hub.watch(one, () => undefined)
  await pass(mountBatchMs)
  return release
}

const view = () => hub.view(one)

describe('a broken connection', () => {
  it('is left to the browser first, and found again by it', async () => {
    await start()
    const source = serve(makeJob())
    await pass(20_000)
    source.breakOff()
    expect(view()).toMatchObject({ phase: 'reconnecting', connectionStatus: 'connecting', transport: 'none' })
    await pass(1000)
    source.accept().send('connection', { type: 'connected' })
    sendStatus(source, makeJob({ seq: 101, progress: 20 }))
    expect(view()).toMatchObject({ phase: 'live', job: { progress: 20 } })
    expect(FakeEventSource.all).toHaveLength(1)
  })

  it('that the browser cannot mend is reopened after a backoff, from the last id', async () => {
    await start()
    server.goDown(true)
    const source = serve(makeJob({ seq: 123 }))
    await pass(20_000)
    source.breakOff().breakOff()
    expect(view()).toMatchObject({ phase: 'reconnecting', connectionStatus: 'error' })
    await pass(1499)
    expect(FakeEventSource.all).toHaveLength(1)
    await pass(1)
    expect(FakeEventSource.latest().url).toBe('/api/sse?id=J1&last_event_id=123')
    FakeEventSource.latest().breakOff()
    await pass(2499)
    expect(FakeEventSource.all).toHaveLength(2)
    await pass(1)
    expect(FakeEventSource.all).toHaveLength(3)
    expect(view()?.error).toBe('The server cannot be reached.')
  })

  it('has the last id forgotten by a gap', async () => {
    await start()
    const source = serve(makeJob({ seq: 123 }))
    source.send('gap', { type: 'gap' })
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
    expect(view()).toMatchObject({ phase: 'closed', job: { status: 'completed' } })
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
    await pass(1)
    expect(view()?.phase).toBe('polling')
    await pass(1500)
    expect(FakeEventSource.open()).toHaveLength(1)
    expect(view()?.phase).toBe('polling')
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
  it('that shuts down is come back to as the browser was told', async () => {
    await start()
    server.setJob(makeJob())
    const source = serve(makeJob()).send('close', { type: 'server_shutdown' })
    source.breakOff()
    await pass(9_000)
    expect(FakeEventSource.all).toHaveLength(1)
    source.accept().send('connection', { type: 'connected' })
    expect(view()?.phase).toBe('live')
  })

  it('that is overloaded is come back to as the browser was told', async () => {
    await start()
    server.setJob(makeJob())
    const source = FakeEventSource.latest().accept()
    source.send('error', { type: 'overloaded', error: 'Too many streams.' })
    expect(view()?.phase).toBe('connecting')
    source.breakOff()
    await pass(14_000)
    expect(FakeEventSource.all).toHaveLength(1)
    source.accept().send('connection', { type: 'connected' })
    expect(view()?.phase).toBe('live')
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
    server.answerWith({ status: 401, body: { code: 'unauthorized', detail: 'Log in first.' } })
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

  it('and the server asks to come back later: not before', async () => {
    await start()
    server.answerWith({ status: 503, body: { detail: 'Busy.' }, headers: { 'Retry-After': '20' } })
    FakeEventSource.latest().refuse()
    await pass(19_000)
    expect(server.asked).toHaveLength(1)
    expect(FakeEventSource.all).toHaveLength(1)
    expect(view()).toMatchObject({ phase: 'reconnecting', error: 'Busy.' })
    server.answerWith(null)
    server.setJob(makeJob())
    await pass(1500)
    expect(server.asked).toHaveLength(2)
    await pass(1000)
    expect(FakeEventSource.all).toHaveLength(2)
  })

  it('without the fallback: the JSON endpoint is asked once, and the stream is tried again', async () => {
    await start(false)
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

  it('stops when nobody watches any more', async () => {
    server.setJob(makeJob())
    const release = await start()
    serve(makeJob()).breakOff()
    await pass(3000)
    const polls = server.asked.length
    release()
    await pass(60_000)
    expect(server.asked).toHaveLength(polls)
    expect(FakeEventSource.open()).toHaveLength(0)
  })
})
