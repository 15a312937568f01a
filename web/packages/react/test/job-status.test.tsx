import { act } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import DefaultJobStatus, { JobStatus } from '../src/index.js'
import { FakeEventSource } from './fake-event-source.js'
import { installFakes, makeJob, sendStatus, serve, type FakeServer } from './fake-server.js'
import { passInAct, render } from './render.js'

let server: FakeServer
let nameCount = 0
let filename: string

/** Hubs live as long as the page, so each test watches a name of its own. */
beforeEach(() => {
  server = installFakes()
  nameCount += 1
  filename = `status-${nameCount}.pdf`
})

afterEach(() => {
  vi.useRealTimers()
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

  it('does not let a name turn itself into another', async () => {
    const disguised = `\u200f${filename}\u202efdp.exe\u2066`
    const { container, unmount } = render(<JobStatus filename={disguised} />)
    await passInAct(50)
    act(() => void serve(makeJob({ filename: disguised, status: 'completed' })))
    expect(container.querySelector('h3 > bdi')?.textContent).toBe(
      `[U+200F]${filename}[U+202E]fdp.exe[U+2066]`,
    )
    expect(container.innerHTML).not.toMatch(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/)
    unmount()
  })

  it('polls the endpoint it is given', async () => {
    server.setJob(makeJob({ filename }))
    const { container, unmount } = render(
      <DefaultJobStatus filename={filename} method="polling" checkStatusEndpoint="/my/status" />,
    )
    await passInAct(50)
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

  it('tells how far in the queue the job is, when it will be done, and that it stands still', async () => {
    const { container, unmount } = render(<JobStatus filename={filename} />)
    await passInAct(50)
    const waiting = makeJob({ filename, status: 'pending', queue_position: 4, eta_seconds: 130 })
    act(() => void serve(waiting))
    expect(container.textContent).toContain('Number 4 in the queue')
    expect(container.textContent).toContain('About 2 min left')
    act(() => sendStatus(FakeEventSource.latest(), makeJob({ filename, seq: 101 })))
    act(
      () =>
        void FakeEventSource.latest().send('queue', {
          type: 'queue',
          id: 'J1',
          queue_position: null,
          eta_seconds: 5,
          stalled: true,
        }),
    )
    expect(container.textContent).not.toContain('in the queue')
    expect(container.textContent).toContain('A few seconds left')
    expect(container.textContent).toContain('No progress for a long time')
    unmount()
    await passInAct(1500)
  })

  it('tells why an attempt failed until the next one runs', async () => {
    const { container, unmount } = render(<JobStatus filename={filename} />)
    await passInAct(50)
    const failed = { filename, error_message: 'No delegate.', retry_count: 1 }
    act(() => void serve(makeJob({ ...failed, status: 'pending' })))
    expect(container.textContent).toContain('No delegate.')
    act(() => sendStatus(FakeEventSource.latest(), makeJob({ ...failed, seq: 101 })))
    expect(container.textContent).not.toContain('No delegate.')
    unmount()
    await passInAct(1500)
  })

  it('has slots for its parts', async () => {
    const { container, unmount } = render(
      <JobStatus
        filename={filename}
        className="mine"
        slots={{
          name: ({ name }) => <h2>{name.toUpperCase()}</h2>,
          connection: () => null,
          actions: ({ job }) => <button>{job ? `Stop ${job.id}` : 'Wait'}</button>,
        }}
      />,
    )
    expect(container.querySelector('button')?.textContent).toBe('Wait')
    await passInAct(50)
    act(() => void serve(makeJob({ filename })))
    expect(container.querySelector('.jobcast-job.mine h2')?.textContent).toBe(filename.toUpperCase())
    expect(container.querySelector('h3')).toBeNull()
    expect(container.querySelector('button')?.textContent).toBe('Stop J1')
    expect(container.textContent).not.toContain('Connected')
    expect(container.querySelector('progress')).not.toBeNull()
    unmount()
    await passInAct(1500)
  })

  it('leaves all of it to its child', async () => {
    const { container, unmount } = render(
      <JobStatus filename={filename}>
        {({ job, connectionStatus }) => `${connectionStatus}: ${job?.progress ?? '-'}`}
      </JobStatus>,
    )
    expect(container.textContent).toBe('connecting: -')
    await passInAct(50)
    act(() => void serve(makeJob({ filename })))
    expect(container.textContent).toBe('connected: 10')
    unmount()
    await passInAct(1500)
  })
})
