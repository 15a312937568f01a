import { act } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  useBackgroundProcessSSE,
  useJobPolling,
  useJobSSE,
  type BackgroundProcess,
  type BackgroundProcessSSEOptions,
  type Job,
  type JobPollingOptions,
  type JobSSEOptions,
  type WatchedJob,
} from '../src/index.js'
import { FakeEventSource } from './fake-event-source.js'
import { installFakes, makeJob, sendStatus, serve, type FakeServer } from './fake-server.js'
import { hydrate, passInAct, render } from './render.js'

let server: FakeServer
let seen: WatchedJob
let all: BackgroundProcess
let nameCount = 0
let filename: string

/** Hubs live as long as the page, so each test watches a name of its own. */
beforeEach(() => {
  server = installFakes()
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  nameCount += 1
  filename = `hook-${nameCount}.pdf`
})

afterEach(() => {
  vi.useRealTimers()
})

function Live(options: JobSSEOptions) {
  seen = useJobSSE(options)
  return <p>{seen.job?.status ?? 'none'}</p>
}

function Polled(options: JobPollingOptions) {
  seen = useJobPolling(options)
  return <p>{seen.job?.status ?? 'none'}</p>
}

function Background(options: BackgroundProcessSSEOptions) {
  all = useBackgroundProcessSSE(options)
  return <p>{all.summary?.total_jobs ?? 'none'}</p>
}

describe('useJobSSE', () => {
  it('opens one stream in StrictMode, however many components there are', async () => {
    const { container, unmount } = render(
      <>
        <Live filename={filename} />
        <Live filename={filename} />
      </>,
    )
    expect(seen).toMatchObject({ job: null, loading: true, connectionStatus: 'connecting' })
    await passInAct(50)
    expect(FakeEventSource.all).toHaveLength(1)
    act(() => void serve(makeJob({ filename })))
    expect(container.textContent).toBe('processingprocessing')
    expect(FakeEventSource.latest().url).toBe(`/api/sse?filename=${filename}`)
    expect(seen).toMatchObject({
      loading: false,
      connectionStatus: 'connected',
      transport: 'sse',
      error: null,
    })
    unmount()
    await passInAct(1500)
    expect(FakeEventSource.open()).toHaveLength(0)
  })

  it('makes no request while it is not enabled, and keeps what it knew', async () => {
    const { show, unmount } = render(<Live filename={filename} enabled={false} />)
    await passInAct(5000)
    expect(FakeEventSource.all).toHaveLength(0)
    expect(seen).toMatchObject({ connectionStatus: 'disconnected', loading: false })
    show(<Live filename={filename} />)
    await passInAct(50)
    act(() => void serve(makeJob({ filename })))
    show(<Live filename={filename} enabled={false} />)
    await passInAct(60_000)
    expect(FakeEventSource.open()).toHaveLength(0)
    expect(server.asked).toHaveLength(0)
    expect(seen).toMatchObject({ connectionStatus: 'disconnected', job: { filename } })
    unmount()
  })

  it('moves on to another name', async () => {
    const { show, unmount } = render(<Live filename={filename} />)
    await passInAct(50)
    act(() => void serve(makeJob({ filename })))
    show(<Live filename={`${filename}x`} />)
    expect(seen.job).toBeNull()
    await passInAct(500)
    act(() => void serve(makeJob({ id: 'JX', filename: `${filename}x` })))
    expect(seen.job?.id).toBe('JX')
    unmount()
    await passInAct(1500)
  })

  it('renders on a server without a request', () => {
    expect(renderToString(<Live filename={filename} />)).toBe('<p>none</p>')
    expect(FakeEventSource.all).toHaveLength(0)
  })

  it('shows what it was given at first, in server rendering too', async () => {
    const initialData = makeJob({ filename, seq: 90, progress: 5 })
    expect(renderToString(<Live filename={filename} initialData={initialData} />)).toBe('<p>processing</p>')
    const { unmount } = render(<Live filename={filename} initialData={initialData} />)
    expect(seen).toMatchObject({ job: { progress: 5 }, loading: false, isStale: true })
    await passInAct(50)
    act(() => void serve(makeJob({ filename, progress: 10 })))
    expect(seen).toMatchObject({ job: { progress: 10 }, isStale: false, lastEventId: '100' })
    unmount()
    await passInAct(1500)
  })

  it('takes up what the server has rendered', async () => {
    const initialData = makeJob({ filename, seq: 90 })
    const element = <Live filename={filename} initialData={initialData} />
    const { container, unmount } = hydrate(renderToString(element), element)
    expect(container.innerHTML).toBe('<p>processing</p>')
    await passInAct(50)
    expect(FakeEventSource.all).toHaveLength(1)
    unmount()
  })

  it('tells of each state once, and once that the job has ended', async () => {
    const onStatus = vi.fn()
    const onFinished = vi.fn()
    const { unmount } = render(<Live filename={filename} onStatus={onStatus} onFinished={onFinished} />)
    await passInAct(50)
    act(() => void serve(makeJob({ filename })))
    act(() => sendStatus(FakeEventSource.latest(), makeJob({ filename, seq: 101 })))
    expect(onStatus.mock.calls.map(([job]) => (job as Job).seq)).toEqual([100, 101])
    expect(onFinished).not.toHaveBeenCalled()
    const ended = makeJob({ filename, seq: 102, status: 'completed' })
    act(() => sendStatus(FakeEventSource.latest(), ended))
    expect(onStatus).toHaveBeenCalledTimes(3)
    expect(onFinished.mock.calls).toEqual([[ended]])
    unmount()
    await passInAct(1500)
  })

  it('does not change state after it is gone', async () => {
    const complain = vi.spyOn(console, 'error')
    const { unmount } = render(<Live filename={filename} />)
    await passInAct(50)
    act(() => void serve())
    const source = FakeEventSource.latest()
    const before = seen
    unmount()
    sendStatus(source, makeJob({ filename }))
    await passInAct(60_000)
    expect(seen).toBe(before)
    expect(complain).not.toHaveBeenCalled()
    expect(server.asked).toHaveLength(0)
  })

  it('makes no request after it is disabled, not even when its stream breaks then', async () => {
    const { show, unmount } = render(<Live filename={filename} />)
    await passInAct(50)
    act(() => void serve(makeJob({ filename })))
    show(<Live filename={filename} enabled={false} />)
    act(() => void FakeEventSource.latest().breakOff())
    await passInAct(60_000)
    expect(FakeEventSource.all).toHaveLength(1)
    expect(server.asked).toHaveLength(0)
    act(() => seen.refetch())
    await passInAct(5000)
    expect(FakeEventSource.all).toHaveLength(1)
    unmount()
  })

  it('keeps what it knew while it is disabled, whoever else watches', async () => {
    const both = (enabled: boolean) => (
      <>
        <Live filename={filename} />
        <Live filename={filename} enabled={enabled} />
      </>
    )
    const { show, unmount } = render(both(true))
    await passInAct(50)
    act(() => void serve(makeJob({ filename })))
    show(both(false))
    expect(seen).toMatchObject({ connectionStatus: 'disconnected', transport: 'none', job: { filename } })
    expect(FakeEventSource.open()).toHaveLength(1)
    unmount()
    await passInAct(1500)
  })
})

describe('useJobPolling', () => {
  it('asks at its interval until the job has finished', async () => {
    server.setJob(makeJob({ filename }))
    const { container, unmount } = render(<Polled filename={filename} interval={500} />)
    await passInAct(50)
    expect(container.textContent).toBe('processing')
    expect(seen).toMatchObject({ connectionStatus: 'connected', transport: 'polling', loading: false })
    server.setJob(makeJob({ filename, status: 'completed', seq: 101 }))
    await passInAct(600)
    expect(container.textContent).toBe('completed')
    const asked = server.asked.length
    await passInAct(10_000)
    expect(server.asked).toHaveLength(asked)
    expect(seen.connectionStatus).toBe('disconnected')
    unmount()
  })

  it('waits for a job that does not exist yet', async () => {
    const { unmount } = render(<Polled filename={filename} interval={500} />)
    await passInAct(50)
    expect(seen).toMatchObject({ error: 'No such job.', loading: false, job: null })
    server.setJob(makeJob({ filename }))
    await passInAct(600)
    expect(seen).toMatchObject({ error: null, job: { filename } })
    unmount()
  })

  it('tells of a server that is away, and goes on', async () => {
    server.goDown(true)
    server.setJob(makeJob({ filename }))
    const { unmount } = render(<Polled filename={filename} interval={500} />)
    await passInAct(50)
    expect(seen).toMatchObject({ connectionStatus: 'error', error: 'The server cannot be reached.' })
    server.goDown(false)
    await passInAct(1500)
    expect(seen).toMatchObject({ connectionStatus: 'connected', error: null })
    unmount()
    const asked = server.asked.length
    await passInAct(10_000)
    expect(server.asked).toHaveLength(asked)
  })
})

describe('useBackgroundProcessSSE', () => {
  const summary = { total_jobs: 7, pending_jobs: 0, processing_jobs: 7 }

  it('watches all jobs with their summary', async () => {
    const { container, unmount } = render(<Background />)
    expect(all).toMatchObject({ loading: true, connectionStatus: 'connecting', jobs: [], summary: null })
    await passInAct(50)
    expect(FakeEventSource.all.map(({ url }) => url)).toEqual([
      '/api/background-process?action=status&sse=true',
    ])
    const jobs = [makeJob({ filename })]
    act(() => void serve().send('status', { type: 'status_summary', summary, jobs }, 100))
    expect(container.textContent).toBe('7')
    expect(all).toMatchObject({ job: null, jobs, summary, loading: false, connectionStatus: 'connected' })
    unmount()
    await passInAct(1500)
    expect(FakeEventSource.open()).toHaveLength(0)
  })

  it('polls all jobs while the stream is away', async () => {
    server.answerWith({ status: 200, body: { summary, jobs: [] } })
    const { unmount } = render(<Background endpoint="/elsewhere" />)
    await passInAct(50)
    act(() => void FakeEventSource.latest().breakOff())
    await passInAct(1500)
    expect(all).toMatchObject({ summary, connectionStatus: 'connected', transport: 'polling' })
    expect(server.asked[0]?.url).toBe('/elsewhere?action=status')
    unmount()
  })

  it('watches one job by its name', async () => {
    const { unmount } = render(<Background filename={filename} />)
    await passInAct(50)
    expect(FakeEventSource.latest().url).toBe(
      `/api/background-process?action=status&sse=true&filename=${filename}`,
    )
    const job = makeJob({ filename })
    act(() => void serve(job))
    expect(all).toMatchObject({ job, jobs: [job], summary: null, connectionStatus: 'connected' })
    act(() => sendStatus(FakeEventSource.latest(), { ...job, status: 'completed', seq: 101 }))
    expect(FakeEventSource.open()).toHaveLength(0)
    unmount()
  })

  it('does not poll where that is not wanted', async () => {
    const { unmount } = render(<Background filename={filename} pollingFallback={false} />)
    await passInAct(50)
    act(() => void FakeEventSource.latest().breakOff())
    await passInAct(10_000)
    expect(server.asked).toHaveLength(0)
    expect(all.connectionStatus).toBe('error')
    unmount()
  })

  it('starts anew with refetch', async () => {
    const { unmount } = render(<Background filename={filename} />)
    await passInAct(50)
    act(() => void serve(makeJob({ filename, status: 'failed' })))
    act(() => all.refetch())
    await passInAct(500)
    act(() => void serve(makeJob({ filename, status: 'pending', seq: 101 })))
    expect(all.job?.status).toBe('pending')
    unmount()
    await passInAct(1500)
  })

  it('tells of jobs that change or end after the first snapshot', async () => {
    const onStatus = vi.fn()
    const onFinished = vi.fn()
    const { unmount } = render(<Background onStatus={onStatus} onFinished={onFinished} />)
    await passInAct(50)
    const ended = makeJob({ id: 'J0', status: 'completed', seq: 90 })
    const snapshot = (jobs: Job[]) =>
      act(() => void FakeEventSource.latest().send('status', { type: 'status_summary', summary, jobs }, 1))
    act(() => void serve())
    snapshot([makeJob(), ended])
    expect(onStatus).not.toHaveBeenCalled()
    const more = [makeJob({ seq: 101, status: 'failed' }), makeJob({ id: 'J2', seq: 102 }), ended]
    snapshot(more)
    expect(onStatus.mock.calls.map(([job]) => (job as Job).id)).toEqual(['J1', 'J2'])
    expect(onFinished.mock.calls).toEqual([[more[0]]])
    unmount()
    await passInAct(1500)
  })
})
