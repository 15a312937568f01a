import { EventSource } from 'eventsource'
import { StrictMode, type ReactElement } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  useBackgroundProcessSSE,
  useJobPolling,
  useJobSSE,
  type BackgroundProcess,
  type BackgroundProcessSSEOptions,
  type Job,
  type JobSSEOptions,
  type WatchedJob,
} from '../src/index.js'
import { program, RealServer } from './real-server.js'

const patience = { timeout: 15_000, interval: 20 }

let server: RealServer
let root: Root
let seen: WatchedJob
let all: BackgroundProcess
let seqs: number[]
let nameCount = 0
let filename: string

function note(job: Job) {
  seqs.push(job.seq)
}

function Live(options: JobSSEOptions) {
  seen = useJobSSE({ ...options, baseUrl: server.url(), onStatus: note })
  return null
}

function Polled(options: JobSSEOptions) {
  seen = useJobPolling({ ...options, baseUrl: server.url(), interval: 100, onStatus: note })
  return null
}

function Background(options: BackgroundProcessSSEOptions) {
  all = useBackgroundProcessSSE({ ...options, baseUrl: server.url() })
  return null
}

/** Until what is seen has all of this. */
const see = (what: object) => waitUntil(() => expect(seen).toMatchObject(what))

function waitUntil(check: () => unknown): Promise<unknown> {
  return vi.waitFor(check, patience)
}

function show(element: ReactElement) {
  root.render(<StrictMode>{element}</StrictMode>)
}

const noStreams = () => waitUntil(async () => expect(await server.openStreams()).toBe(0))

if (!program) {
  console.warn('JOBCASTD names no jobcastd program: the tests against the real server are skipped.')
}

describe.skipIf(!program)('against the real server', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    server = new RealServer()
    await server.start()
  })

  afterAll(() => server.dispose())

  beforeEach(() => {
    vi.stubGlobal('EventSource', EventSource)
    root = createRoot(document.createElement('div'))
    seqs = []
    nameCount += 1
    filename = `real ${nameCount} ä.txt`
  })

  afterEach(async () => {
    root.unmount()
    await noStreams()
  })

  it('a job is followed to its end, in order, on one stream that the end closes', async () => {
    const { id } = await server.makeJob(filename)
    show(
      <>
        <Live id={id} />
        <Live id={id} />
      </>,
    )
    await see({ job: { id, status: 'pending', queue_position: expect.any(Number) as number } })
    expect(seen).toMatchObject({ transport: 'sse', connectionStatus: 'connected', isStale: false })
    expect(await server.openStreams()).toBe(1)
    await server.tell(id, { status: 'processing', progress: 10 })
    await see({ job: { status: 'processing', progress: 10 } })
    const { seq } = await server.tell(id, { status: 'completed', result: { words: 7 } })
    await see({ job: { status: 'completed', result: { words: 7 } }, connectionStatus: 'disconnected' })
    expect(seen).toMatchObject({ isStale: false, lastEventId: String(seq), error: null })
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
    await noStreams()
  })

  it('a name is waited for, and moves on to the newest job that bears it', async () => {
    show(<Live filename={filename} />)
    await see({ job: null, loading: false, error: expect.any(String) as string, transport: 'sse' })
    const first = await server.makeJob(filename)
    await see({ job: { id: first.id }, error: null })
    const second = await server.makeJob(filename)
    await see({ job: { id: second.id } })
    await server.remove(second.id)
    await see({ job: null, error: 'The job was deleted.', connectionStatus: 'disconnected' })
  })

  it('an unknown id closes the connection, with the reason', async () => {
    show(<Live id="01JZZZZZZZZZZZZZZZZZZZZZZZ" />)
    await see({ error: expect.stringMatching(/no job/i) as string, connectionStatus: 'disconnected' })
    expect(seen).toMatchObject({ job: null, loading: false })
  })

  it('a job that has ended is told, and its connection closed', async () => {
    const { id } = await server.makeJob(filename)
    await server.tell(id, { status: 'processing' })
    await server.tell(id, { status: 'completed' })
    show(<Live id={id} />)
    await see({ job: { id, status: 'completed' }, connectionStatus: 'disconnected' })
  })

  it('polling brings the same', async () => {
    const { id } = await server.makeJob(filename)
    show(<Polled id={id} />)
    await see({ job: { status: 'pending' }, transport: 'polling', connectionStatus: 'connected' })
    await server.tell(id, { status: 'processing', progress: 40 })
    await see({ job: { progress: 40 } })
    await server.tell(id, { status: 'completed' })
    await see({ job: { status: 'completed' }, connectionStatus: 'disconnected' })
    expect(await server.openStreams()).toBe(0)
  })

  it('all jobs come with their summary', async () => {
    show(<Background />)
    await waitUntil(() => expect(all.summary).not.toBeNull())
    const before = all.summary?.total_jobs ?? NaN
    const { id } = await server.makeJob(filename)
    await waitUntil(() => expect(all.summary?.total_jobs).toBe(before + 1))
    expect(all.jobs[0]).toMatchObject({ id, filename })
    expect(all).toMatchObject({ job: null, transport: 'sse', lastEventId: expect.any(String) as string })
  })

  it('jobs that are watched later join the stream, and nothing is lost meanwhile', async () => {
    const first = await server.makeJob(filename)
    const second = await server.makeJob(`${filename} 2`)
    show(<Live id={first.id} />)
    await see({ job: { id: first.id } })
    show(
      <>
        <Live id={first.id} />
        <Live id={second.id} />
      </>,
    )
    await server.tell(first.id, { status: 'processing', progress: 1 })
    await server.tell(second.id, { status: 'processing', progress: 2 })
    await see({ job: { id: second.id, progress: 2 } })
    await waitUntil(async () => expect(await server.openStreams()).toBe(1))
  })

  it('a server that is killed and comes back is found again, and what happened is seen', async () => {
    const { id } = await server.makeJob(filename)
    show(<Live id={id} />)
    await see({ job: { id }, transport: 'sse' })
    await server.stop('SIGKILL')
    await see({ isStale: true, transport: 'none' })
    await server.start()
    await server.tell(id, { status: 'processing', progress: 70 })
    await see({ job: { progress: 70 }, isStale: false })
    await see({ transport: 'sse' })
    await server.tell(id, { status: 'completed' })
    await see({ job: { status: 'completed' } })
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
  })

  it('a server that stops tells so, and is found again', async () => {
    const { id } = await server.makeJob(filename)
    show(<Live id={id} />)
    await see({ transport: 'sse' })
    await server.stop('SIGTERM')
    await see({ connectionStatus: 'error' })
    await server.start()
    await see({ isStale: false, job: { id } })
    await see({ transport: 'sse' })
  })
})
