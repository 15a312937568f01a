import assert from 'node:assert/strict'
import { plainTabs } from './plain-tabs.mjs'

const patienceMs = 20_000

/** What a test works with: tabs of one browser, the server behind them, and a job whose state the test tells. */
export async function openTabs(browser, site, server) {
  const context = await browser.newContext()
  const plain = await plainTabs(browser)
  const api = (path, method, body) =>
    fetch(server.url() + path, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }).then((response) => response.json())
  const { job } = await api('/api/jobs', 'POST', { filename: 'tabs.txt', kind: 'external' })

  const address = (query = '') => `${site.url}/?id=${job.id}${query}`
  async function open(query) {
    const page = await context.newPage()
    await page.goto(address(query))
    return page
  }
  return {
    context,
    site,
    server,
    open,
    openPlain: () => plain.open(address()),
    streams: server.openStreams,
    tell: (change) => api(`/api/jobs/${job.id}`, 'PATCH', change),
    waitForStreams: (count) =>
      until(`${count} open streams`, async () => (await server.openStreams()) === count),
    /** Until the tab shows all of this: a value for each `data-` attribute. */
    see: (page, shown) => {
      const attributes = Object.entries(shown).map(([name, value]) => `[data-${name}="${value}"]`)
      const selector = `output:not([id])${attributes.join('')}`
      if (page.has) return until(selector, () => page.has(selector))
      return page.locator(selector).waitFor({ state: 'attached', timeout: patienceMs })
    },
    async close() {
      await context.close()
      await plain.close()
      await until('no open streams', async () => (await server.openStreams()) === 0)
    },
  }
}

export async function until(what, check) {
  const end = Date.now() + patienceMs
  while (!(await check())) {
    assert.ok(Date.now() < end, `in ${patienceMs} ms there was no: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
