import { act } from 'react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { FakeEventSource } from '../../../packages/react/test/fake-event-source.js'
import { installFakes, type FakeServer } from '../../../packages/react/test/fake-server.js'
import { passInAct, render, type Rendered } from '../../../packages/react/test/render.js'
import { App } from '../../src/home/App.js'
import { FileList } from '../../src/home/file-list.js'
import { readKeptJobs, writeKeptJobs } from '../../src/home/kept-jobs.js'
import { makeJob } from '../make-job.js'

let server: FakeServer
let shown: Rendered
/** The hub of the page outlives a test: each has a job of its own. */
let count = 0
const freshJob = (fields = {}) => makeJob({ id: `C${(count += 1)}`, ...fields })

beforeEach(() => {
  localStorage.clear()
  server = installFakes()
})

afterEach(async () => {
  shown.unmount()
  await passInAct(5_000)
  vi.useRealTimers()
})

const show = async () => {
  shown = render(<App list={new FileList()} />)
  await passInAct(500)
}
const text = () => shown.container.querySelector('article')?.textContent ?? ''
const actions = () =>
  [...shown.container.querySelectorAll('.card button, .card a, article .actions > *')].map(
    (each) => each.getAttribute('aria-label') ?? '',
  )
const expectGone = () => {
  expect(text()).toContain('Deleted')
  expect(text()).not.toMatch(/queue|Closed|Pending|Processing/)
  expect(shown.container.querySelector('progress')).toBeNull()
  expect(new Set(actions())).toEqual(new Set(['Remove report.pdf from this list']))
  expect(shown.container.querySelector('.list-counts')?.textContent).toBe('1 file')
  expect(readKeptJobs()).toMatchObject([{ gone: true }])
}

it('says that a job was deleted when the stream says so', async () => {
  const job = freshJob({ queue_position: 2 })
  writeKeptJobs([job])
  await show()
  act(() => FakeEventSource.latest().accept().send('status', { type: 'job_status', job }, 1))
  expect(text()).toContain('Number 2 in the queue')
  act(() =>
    FakeEventSource.latest()
      .accept()
      .send('deleted', { type: 'job_deleted', id: job.id, filename: job.filename }, 2),
  )
  expectGone()
})

it.each(['processing', 'completed'])('says after a reload that a %s job is gone', async (status) => {
  writeKeptJobs([freshJob({ status, progress: 40 })])
  await show()
  act(() => FakeEventSource.latest().refuse())
  await passInAct(3_000)
  expectGone()
})

it('finds out that an ended job is gone when it is looked at again', async () => {
  const job = freshJob({ status: 'completed', seq: 3 })
  writeKeptJobs([job])
  await show()
  act(() => FakeEventSource.latest().accept().send('finished', { type: 'job_finished', job }, 3))
  expect(text()).toContain('Completed')
  act(() => document.dispatchEvent(new Event('visibilitychange')))
  await passInAct(500)
  act(() => FakeEventSource.latest().refuse())
  await passInAct(3_000)
  expectGone()
})

it('says that a waiting job waits for a paused handler, and asks rarely', async () => {
  const job = freshJob()
  writeKeptJobs([job])
  server.answerWith({ status: 200, body: { handlers: [{ name: 'document', paused: true }] } })
  await show()
  const live = FakeEventSource.latest().accept()
  act(() => void live.send('status', { type: 'job_status', job }, 1))
  await passInAct(2_000)
  expect(text()).toContain('Paused: waits until it is resumed')
  server.answerWith({ status: 200, body: { handlers: [{ name: 'document', paused: false }] } })
  await passInAct(10_000)
  expect(text()).toContain('Waiting in queue')
  act(
    () => void live.send('status', { type: 'job_status', job: { ...job, status: 'processing', seq: 2 } }, 2),
  )
  await passInAct(20_000)
  expect(server.asked.map(({ url }) => url).filter((url) => url === '/api/handlers')).toHaveLength(2)
})

it.each(['processing', 'completed', 'failed'])('shows the true name of a %s job', async (status) => {
  const job = freshJob({ status, filename: 'cod\u202efdp.exe' })
  writeKeptJobs([job])
  await show()
  act(() => void FakeEventSource.latest().accept().send('status', { type: 'job_status', job }, 1))
  expect(shown.container.querySelector('h3 > bdi')?.textContent).toBe('cod[U+202E]fdp.exe')
  const said = [...shown.container.querySelectorAll('[aria-label]')].map((each) => each.ariaLabel)
  expect(text() + said.join()).not.toContain('\u202e')
})
