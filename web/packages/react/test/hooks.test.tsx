import { act } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import DefaultJobStatus, {
  JobStatus,
  useBackgroundProcessSSE,
  useJobPolling,
  useJobSSE,
  type BackgroundProcess,
  type BackgroundProcessSSEOptions,
  type JobPollingOptions,
  type JobSSEOptions,
  type JobView,
} from '../src/index.js'
import { FakeEventSource } from './fake-event-source.js'
import { installFakes, makeJob, sendStatus, serve, type FakeServer } from './fake-server.js'
import { passInAct, render } from './render.js'

let server: FakeServer
let seen: JobView
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
})

describe('useJobPolling', () => {
  it('asks at its interval until the job has finished', async () => {
    server.setJob(makeJob({ filename }))
    const { container, unmount } = render(<Polled filename={filename} interval={500} />)
    await passInAct(1)
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
    await passInAct(1)
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
    await passInAct(1)
    expect(seen).toMatchObject({ connectionStatus: 'error', error: 'The server cannot be reached.' })
    server.goDown(false)
    await passInAct(600)
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
})

describe('JobStatus', () => {
  it('shows status, progress and connection in words', async () => {
    const { container, unmount } = render(<JobStatus filename={filename} />)
    await passInAct(50)
    act(() => void serve(makeJob({ filename })))
    expect(container.querySelector('h3')?.textContent).toBe(filename)
    expect(container.querySelector('[role=status]')?.textContent).toContain('Processing')
    expect(container.querySelector('progress')?.value).toBe(10)
    expect(container.textContent).toContain('1 of 10 chunks')
    expect(container.textContent).toContain('Connected')
    act(() =>
      sendStatus(
        FakeEventSource.latest(),
        makeJob({ filename, status: 'failed', seq: 101, error_message: 'Broken PDF.' }),
      ),
    )
    expect(container.textContent).toContain('Broken PDF.')
    unmount()
  })

  it('polls the endpoint it is given', async () => {
    server.setJob(makeJob({ filename }))
    const { container, unmount } = render(
      <DefaultJobStatus filename={filename} method="polling" checkStatusEndpoint="/my/status" />,
    )
    await passInAct(1)
    expect(server.asked.map(({ url }) => url)).toEqual([`/my/status?action=status&filename=${filename}`])
    expect(FakeEventSource.all).toHaveLength(0)
    expect(container.textContent).toContain('Polling')
    unmount()
  })

  it('streams from the endpoint it is given', async () => {
    const { unmount } = render(<JobStatus filename={filename} checkStatusEndpoint="/my/status" />)
    await passInAct(50)
    expect(FakeEventSource.latest().url).toBe(`/my/status?action=status&sse=true&filename=${filename}`)
    unmount()
    await passInAct(1500)
  })
})
