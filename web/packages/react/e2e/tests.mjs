import assert from 'node:assert/strict'
import { until } from './tabs.mjs'

const sse = { transport: 'sse', stale: 'false' }

/** Opens so many tabs, the first of which leads. */
async function openMany(tabs, count, query) {
  const pages = []
  for (let n = 0; n < count; n += 1) {
    pages.push(await tabs.open(query))
    await tabs.see(pages[n], sse)
  }
  return pages
}

async function openPlain(tabs) {
  const page = await tabs.openPlain()
  await tabs.see(page, sse)
  return page
}

/** Has another tab open the stream, and says after how many ms it did. */
async function takeover(tabs, provoke) {
  const before = tabs.site.opened.length
  const start = Date.now()
  await provoke()
  await until('stream of another tab', () => tabs.site.opened.length > before)
  return tabs.site.opened[before].at - start
}

export const tests = [
  {
    name: 'seven tabs share one stream, and requests still get through',
    async run(tabs) {
      const pages = await openMany(tabs, 7)
      await tabs.waitForStreams(1)
      await tabs.tell({ status: 'processing', progress: 33 })
      for (const page of pages) await tabs.see(page, { ...sse, progress: '33' })
      const status = await pages[6].evaluate(() => fetch('/api/version').then((answer) => answer.status))
      assert.equal(status, 200)
      assert.equal(await tabs.streams(), 1)
      await tabs.tell({ status: 'completed' })
      for (const page of pages) await tabs.see(page, { job: 'completed', status: 'disconnected' })
      await tabs.waitForStreams(0)
    },
  },
  {
    name: 'the streams of all jobs and of chosen ones are shared alike',
    async run(tabs) {
      const pages = await openMany(tabs, 3, '&all')
      for (const page of pages)
        await page.locator('#all[data-transport="sse"]').waitFor({ state: 'attached' })
      await tabs.waitForStreams(2)
    },
  },
  {
    name: 'a leading tab that is closed is taken over for within a second',
    async run(tabs) {
      const [first, second, third] = await openMany(tabs, 3)
      const ms = await takeover(tabs, () => first.close())
      assert.ok(ms < 1000, `it took ${ms} ms`)
      await tabs.tell({ status: 'processing', progress: 44 })
      for (const page of [second, third]) await tabs.see(page, { ...sse, progress: '44' })
      await tabs.waitForStreams(1)
    },
  },
  {
    name: 'a leading tab that crashes is taken over for within a second',
    async run(tabs) {
      const [first, second] = await openMany(tabs, 2)
      const ms = await takeover(tabs, () => first.goto('chrome://crash').catch(() => undefined))
      assert.ok(ms < 1000, `it took ${ms} ms`)
      await tabs.tell({ status: 'processing', progress: 45 })
      await tabs.see(second, { ...sse, progress: '45' })
      await tabs.waitForStreams(1)
    },
  },
  {
    name: 'a leading tab that is frozen is taken over for within a second, and follows when it is resumed',
    async run(tabs) {
      const first = await openPlain(tabs)
      const second = await openPlain(tabs)
      const ms = await takeover(tabs, () => first.live('frozen'))
      assert.ok(ms < 1000, `it took ${ms} ms`)
      await tabs.tell({ status: 'processing', progress: 55 })
      await tabs.see(second, { ...sse, progress: '55' })
      await first.live('active')
      await tabs.see(first, { ...sse, progress: '55' })
      await tabs.waitForStreams(1)
    },
  },
  {
    name: 'a leading tab that hangs is taken over for, and follows when it is back',
    async run(tabs) {
      const [first, second] = await openMany(tabs, 2)
      let hanging
      const ms = await takeover(tabs, () => {
        hanging = first.evaluate(() => {
          const end = Date.now() + 4000
          while (Date.now() < end);
        })
      })
      assert.ok(ms < 1500, `it took ${ms} ms`)
      await tabs.tell({ status: 'processing', progress: 66 })
      await tabs.see(second, { ...sse, progress: '66' })
      await hanging
      await tabs.see(first, { ...sse, progress: '66' })
      await tabs.waitForStreams(1)
    },
  },
  {
    // The stream is closed when the page freezes, but Chromium ends a request of a frozen page only when it is resumed.
    name: 'a single tab that is frozen catches up when it is resumed, over one stream',
    async run(tabs) {
      const page = await openPlain(tabs)
      await page.live('frozen')
      const before = tabs.site.opened.length
      await tabs.tell({ status: 'processing', progress: 77 })
      await page.live('active')
      await tabs.see(page, { ...sse, progress: '77' })
      assert.equal(tabs.site.opened.length, before + 1)
      await tabs.waitForStreams(1)
    },
  },
  {
    name: 'a browser without locks has one stream a tab',
    async run(tabs) {
      await tabs.context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'locks'))
      await openMany(tabs, 3)
      await tabs.waitForStreams(3)
    },
  },
  {
    name: 'with streams blocked it polls, and goes back to the stream without a reload',
    async run(tabs) {
      tabs.site.streams = 'block'
      const page = await tabs.open()
      await tabs.see(page, { transport: 'polling', status: 'connected' })
      await tabs.tell({ status: 'processing', progress: 20 })
      await tabs.see(page, { transport: 'polling', progress: '20' })
      tabs.site.streams = 'pass'
      await tabs.see(page, sse)
      await tabs.waitForStreams(1)
    },
  },
  {
    name: 'behind a proxy that buffers it polls, and goes back to the stream without a reload',
    async run(tabs) {
      tabs.site.streams = 'buffer'
      const page = await tabs.open()
      await tabs.see(page, { transport: 'polling' })
      await tabs.tell({ status: 'processing', progress: 20 })
      await tabs.see(page, { transport: 'polling', progress: '20' })
      tabs.site.streams = 'pass'
      await tabs.see(page, sse)
    },
  },
  {
    name: 'a server that is killed and comes back is found again by every tab',
    async run(tabs) {
      const pages = await openMany(tabs, 3)
      await tabs.server.kill()
      for (const page of pages) await tabs.see(page, { stale: 'true' })
      await tabs.server.start()
      await tabs.tell({ status: 'processing', progress: 88 })
      for (const page of pages) await tabs.see(page, { ...sse, progress: '88' })
      await tabs.waitForStreams(1)
    },
  },
]
