import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createFeed, type Feed } from '../src/core/feed.js'
import type { StreamEvent } from '../src/core/job-state.js'
import type { Phase } from '../src/core/types.js'
import { FakeEventSource } from './fake-event-source.js'
import { installFakes, type FakeServer } from './fake-server.js'

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

let server: FakeServer
let feed: Feed
let told: [Phase, string | null][]
let events: StreamEvent[]
let answers: unknown[]
const now = () => told.at(-1)
const asked = () => server.asked.map(({ url }) => url)

beforeEach(() => {
  server = installFakes()
  server.answerWith({ status: 200, body: { counted: 7 } })
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  told = []
  events = []
  answers = []
  feed = createFeed({
    stream: '/stream',
    status: '/status',
    guard: '/guard',
    events: ['count'],
    onEvent: (event) => events.push(event),
    onAsk: () => answers.push('asked'),
    onAnswer: (body) => answers.push(body),
    onPhase: (...each) => told.push(each),
  })
  feed.start()
})

afterEach(() => {
  feed.stop()
  vi.useRealTimers()
})

function connect() {
  return FakeEventSource.latest()
    .accept()
    .send('connection', { type: 'connected' })
    .send('count', { counted: 1 }, 12)
}

it('passes on what comes, with the ids of its own events alone', () => {
  expect(now()).toEqual(['connecting', null])
  connect().send('heartbeat', { ts: 1 })
  expect(now()).toEqual(['live', null])
  expect(events.map(({ name, lastEventId }) => [name, lastEventId])).toEqual([
    ['connection', ''],
    ['count', '12'],
    ['heartbeat', ''],
  ])
})

it('polls while the stream is away, and comes back to it', async () => {
  connect()
  await pass(6_000)
  FakeEventSource.latest().breakOff()
  expect(now()).toEqual(['reconnecting', 'The connection broke.'])
  await pass(1_500)
  expect(now()).toEqual(['polling', null])
  expect(answers).toEqual(['asked', { counted: 7 }])
  await pass(2_000)
  expect(asked()).toEqual(['/guard', '/status', '/status'])
  connect()
  expect(now()).toEqual(['live', null])
  await pass(10_000)
  expect(asked()).toHaveLength(3)
})

it('polls where the browser has no EventSource', async () => {
  feed.stop()
  vi.stubGlobal('EventSource', undefined)
  feed = createFeed({
    stream: '/stream',
    status: '/status',
    guard: '/guard',
    events: [],
    onEvent: () => undefined,
    onAsk: () => undefined,
    onAnswer: (body) => answers.push(body),
    onPhase: (...each) => told.push(each),
  })
  feed.start()
  await pass(1)
  expect(now()).toEqual(['polling', null])
  expect(answers).toEqual([{ counted: 7 }])
})

it('says that the server cannot be reached, and keeps trying', async () => {
  server.goDown(true)
  FakeEventSource.latest().breakOff()
  await pass(1_500)
  expect(now()).toEqual(['reconnecting', 'The server cannot be reached.'])
  expect(asked()).toEqual(['/guard'])
  await pass(60_000)
  expect(FakeEventSource.all.length).toBeGreaterThan(2)
})

it('asks why it was refused, and stops until it is started anew', async () => {
  server.answerWith({ status: 401, body: { error: 'A token is needed.' } })
  FakeEventSource.latest().refuse()
  await pass(10)
  expect(now()).toEqual(['denied', 'A token is needed.'])
  expect(answers).toEqual([])
  await pass(60_000)
  window.dispatchEvent(new Event('online'))
  expect(FakeEventSource.all).toHaveLength(1)
  feed.start()
  connect()
  expect(now()).toEqual(['live', null])
})

it('holds no stream while the page is frozen, and takes it up when it is resumed', () => {
  connect()
  document.dispatchEvent(new Event('freeze'))
  expect(FakeEventSource.open()).toHaveLength(0)
  document.dispatchEvent(new Event('resume'))
  expect(now()).toEqual(['connecting', null])
  connect()
  expect(FakeEventSource.open()).toHaveLength(1)
  expect(now()).toEqual(['live', null])
})

it('is quiet once it has been stopped', async () => {
  connect()
  feed.stop()
  expect(now()).toEqual(['idle', null])
  expect(FakeEventSource.open()).toHaveLength(0)
  document.dispatchEvent(new Event('freeze'))
  document.dispatchEvent(new Event('resume'))
  await pass(60_000)
  expect(FakeEventSource.all).toHaveLength(1)
  expect(asked()).toEqual([])
})
