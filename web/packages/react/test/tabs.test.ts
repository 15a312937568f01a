import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createJobHub, type JobHub } from '../src/core/job-hub.js'
import { tabCheckMs } from '../src/core/tabs.js'
import { FakeEventSource } from './fake-event-source.js'
import { installFakes, makeJob, sendStatus, serve, type FakeServer } from './fake-server.js'
import { FakeChannel, installFakeTabs, removeFakeTabs } from './fake-tabs.js'

const one = 'id=J1'
const two = 'id=J2'
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

interface Tab {
  hub: JobHub
  channel: FakeChannel
  view(key: string): ReturnType<JobHub['view']>
  close(): void
}

let server: FakeServer
let tabs: Tab[]

// It is loaded on demand, and loading takes real time.
beforeAll(() => import('../src/core/sharing.js'))

beforeEach(() => {
  server = installFakes()
  installFakeTabs()
  vi.spyOn(Math, 'random').mockImplementation(seededRandom())
  tabs = []
})

afterEach(async () => {
  for (const tab of tabs) tab.close()
  await pass(2000)
  removeFakeTabs()
  vi.useRealTimers()
})

/** Tabs know each other by a random number. */
function seededRandom() {
  let n = 0
  return () => 0.5 + (n++ % 1000) / 1e6
}

/** Opens a tab that watches these, and lets it settle. */
async function open(...keys: string[]): Promise<Tab> {
  const hub = createJobHub('jobs')
  const releases = keys.map((key) => hub.watch(key, () => undefined))
  await pass(25)
  const channel = FakeChannel.all.at(-1)
  if (!channel) throw new Error('the tab has no channel')
  const tab = {
    hub,
    channel,
    view: hub.view.bind(hub),
    close: () => {
      for (const release of releases) release()
    },
  }
  tabs.push(tab)
  // Whoever leads gathers the wishes of the others.
  await pass(200)
  return tab
}

/** The server's answer to the stream that was opened last: all jobs that it asks for. */
function answer(seq = 100): FakeEventSource {
  const ids = [...FakeEventSource.latest().url.matchAll(/id=(J\d)/g)].map(([, id]) => id ?? '')
  return serve(...ids.map((id) => makeJob({ id, seq })))
}

describe('tabs of one browser', () => {
  it('share one stream, which carries what any of them watches', async () => {
    const first = await open(one)
    answer()
    const others = [await open(one), await open(two), await open(one), await open(one), await open(one)]
    answer()
    await pass(1)
    expect(FakeEventSource.open()).toHaveLength(1)
    expect(FakeEventSource.latest().url.split(/[?&]/).sort()).toEqual(['/api/sse', one, two])
    expect(others[1]?.view(two)).toMatchObject({ phase: 'live', transport: 'sse', job: { id: 'J2' } })
    sendStatus(FakeEventSource.latest(), makeJob({ seq: 105, progress: 50 }))
    await pass(1)
    for (const tab of [first, others[0], others[4]]) {
      expect(tab?.view(one)).toMatchObject({ job: { progress: 50 }, lastEventId: '105', isStale: false })
    }
    expect(server.asked).toHaveLength(0)
  })

  it('are taken over for when the leading one leaves', async () => {
    const first = await open(one)
    answer()
    const second = await open(one)
    answer(101)
    await pass(1)
    const before = FakeEventSource.latest()
    first.close()
    await pass(1000 + 50)
    expect(FakeEventSource.open()).toHaveLength(1)
    expect(FakeEventSource.latest()).not.toBe(before)
    answer(102)
    expect(second.view(one)).toMatchObject({ phase: 'live', job: { seq: 102 } })
  })

  it('are taken over for within a second when the leading one hangs, and it gives way when it wakes', async () => {
    const first = await open(one)
    answer()
    const second = await open(one)
    answer()
    const before = FakeEventSource.latest()
    first.channel.mute = true
    await pass(1000)
    expect(FakeEventSource.latest()).not.toBe(before)
    answer(103)
    expect(second.view(one)).toMatchObject({ phase: 'live', job: { seq: 103 } })
    // The first has lost its lock, and with it its stream.
    expect(FakeEventSource.open()).toHaveLength(1)
    first.channel.mute = false
    await pass(1000)
    answer(104)
    await pass(1)
    expect(FakeEventSource.open()).toHaveLength(1)
    expect(first.view(one)).toMatchObject({ phase: 'live', job: { seq: 104 } })
  })

  it('do not take over from a leading one that answers', async () => {
    await open(one)
    answer()
    await open(one)
    answer()
    const streams = FakeEventSource.all.length
    await pass(20 * tabCheckMs)
    expect(FakeEventSource.all).toHaveLength(streams)
  })

  it('let go of what a closed one has watched', async () => {
    await open(one)
    answer()
    const second = await open(two)
    answer()
    second.close()
    await pass(1500)
    FakeEventSource.latest().breakOff()
    await pass(2500)
    expect(FakeEventSource.latest().url).toBe('/api/sse?id=J1&last_event_id=100')
  })

  it('learn of a gap: what is told after it counts, however old', async () => {
    await open(one)
    answer(200)
    const second = await open(one)
    const source = answer(200)
    source.send('gap', { type: 'gap' })
    sendStatus(source, makeJob({ seq: 20 }))
    await pass(1)
    expect(second.view(one)?.job?.seq).toBe(20)
  })

  it('never go back in seq when another begins to lead', async () => {
    const first = await open(one)
    answer()
    const second = await open(one)
    answer(110)
    await pass(1)
    first.close()
    await pass(1050)
    answer(109)
    expect(second.view(one)?.job?.seq).toBe(110)
  })

  it('have what ended told to one that comes later', async () => {
    const first = await open(one)
    const ended = makeJob({ seq: 120, status: 'completed' })
    serve(ended)
    expect(first.view(one)?.phase).toBe('closed')
    const second = await open(one)
    serve(ended)
    await pass(1)
    for (const tab of [first, second]) {
      expect(tab.view(one)).toMatchObject({ phase: 'closed', job: { status: 'completed' } })
    }
    expect(FakeEventSource.open()).toHaveLength(0)
  })

  it('are polled for by the leading one', async () => {
    await open(one)
    answer().breakOff()
    server.setJob(makeJob({ seq: 130 }))
    const second = await open(one)
    await pass(2500)
    expect(second.view(one)).toMatchObject({ phase: 'polling', job: { seq: 130 } })
  })

  it('have refetched what any of them wants', async () => {
    await open(one)
    answer()
    const second = await open(one)
    answer()
    await pass(1)
    second.hub.refetch(one)
    expect(second.view(one)?.isStale).toBe(true)
    await pass(50)
    answer(140)
    await pass(1)
    expect(second.view(one)).toMatchObject({ isStale: false, job: { seq: 140 } })
  })
})

it('a browser without locks has one stream a tab', async () => {
  removeFakeTabs()
  const hubs = [createJobHub('jobs'), createJobHub('jobs')]
  const releases = hubs.map((hub) => hub.watch(one, () => undefined))
  await pass(25)
  expect(FakeEventSource.open()).toHaveLength(2)
  for (const release of releases) release()
})
