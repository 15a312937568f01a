import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Experiment, type Setup } from '../../src/endpoint-test/data/experiment.js'
import { FakeServer } from './fake-server.js'

const setup: Setup = {
  filename: 'report.pdf',
  endpoint: '/api/background-process',
  method: 'polling',
  intervalMs: 500,
}
const wholeJobMs = 12_000

let server: FakeServer
let experiment: Experiment

beforeEach(() => {
  vi.useFakeTimers()
  server = new FakeServer()
  experiment = new Experiment()
})

afterEach(() => {
  experiment.dispose()
  vi.useRealTimers()
})

const findings = () => experiment.findings.get()

it('watches a second job of the same name anew', async () => {
  void experiment.makeJob(setup)
  await vi.advanceTimersByTimeAsync(wholeJobMs)
  expect(findings().phases.polling).toBe('closed')
  const newestBefore = findings().changes[0]?.seq ?? 0

  void experiment.makeJob(setup)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(findings().phases.polling).toBe('polling')
  expect(findings().changes.map(({ seq }) => seq > newestBefore)).not.toContain(false)
  await vi.advanceTimersByTimeAsync(wholeJobMs)
  expect(findings().changes[0]?.status).toBe('completed')
  expect(findings().phases.polling).toBe('closed')
})

it('goes on with the job when a server that was away is back', async () => {
  void experiment.makeJob(setup)
  await vi.advanceTimersByTimeAsync(2_000)
  server.away = true
  await vi.advanceTimersByTimeAsync(10_000)
  expect(findings().phases.polling).toBe('reconnecting')
  expect(experiment.error.get()).toBeNull()
  server.away = false
  await vi.advanceTimersByTimeAsync(wholeJobMs)
  expect(server.job?.status).toBe('completed')
})

it('says so when the server stays away', async () => {
  void experiment.makeJob(setup)
  await vi.advanceTimersByTimeAsync(1_000)
  server.away = true
  await vi.advanceTimersByTimeAsync(70_000)
  expect(experiment.error.get()).toBe('The server cannot be reached.')
})

it.each(['polling', 'sse'] as const)(
  'asks no more by %s when the server refuses the name',
  async (method) => {
    const refusal = '{"error":"filename has a slash or a backslash"}'
    server.refusal = new Response(refusal, { status: 400 })
    experiment.start({ ...setup, method, filename: 'a/b' })
    await vi.advanceTimersByTimeAsync(30_000)
    expect(findings().phases[method]).toBe('denied')
    expect(findings().figures[method].requests).toBe(1)
    expect(experiment.error.get()).toBe('filename has a slash or a backslash')
  },
)
