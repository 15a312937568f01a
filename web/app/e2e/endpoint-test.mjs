import assert from 'node:assert/strict'
import { jobsOf } from './jobs.mjs'
import { noSidewaysScroll } from './page.mjs'

export const path = '/admin/background-process-test'

export const tests = [
  { name: 'compares SSE and polling over a whole job', run: comparesMethods },
  { name: 'a stream that is broken on purpose comes back, and nothing is missed', run: breaksStream },
  { name: 'shows the raw events of a chosen file', run: showsRawEvents },
  { name: 'nothing sticks out on a narrow screen', run: narrowScreen },
]

const figure = async (page, name, column) => {
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })
  return row.getByRole('cell').nth(column).innerText()
}
const connection = (page, word) =>
  page.locator('.figures-table').getByText(word, { exact: true }).first().waitFor()

async function comparesMethods({ page }) {
  await page.getByRole('button', { name: 'Run a test job' }).click()
  await connection(page, 'Connected')
  await page.locator('.changes-table').getByText('Completed', { exact: true }).waitFor({ timeout: 60_000 })
  await page.locator('.figures-table').getByText('Closed').nth(1).waitFor()
  const [streamed, polled] = [
    await figure(page, 'Changes seen', 0),
    await figure(page, 'Changes seen', 1),
  ].map(Number)
  assert.ok(streamed >= 26, `the stream brought ${streamed} changes`)
  assert.ok(polled < streamed, 'polling sees less')
  assert.equal(await figure(page, 'Changes passed over', 0), '0')
  assert.equal(await figure(page, 'Requests', 0), '1')
}

async function breaksStream({ page }) {
  await page.getByRole('radio', { name: 'Live (SSE)' }).check()
  await page.getByRole('button', { name: 'Run a test job' }).click()
  await connection(page, 'Connected')
  await page.locator('.changes-table').getByText('20 %', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Break the stream' }).click()
  await connection(page, 'Reconnecting')
  await connection(page, 'Connected')
  await page.locator('.changes-table').getByText('Completed', { exact: true }).waitFor({ timeout: 60_000 })
  assert.equal(await figure(page, 'Requests', 0), '2')
  const shown = await page.locator('.changes-table tbody td:nth-child(3)').allInnerTexts()
  const steps = shown.filter((text) => text !== '' && text !== '100 %')
  assert.deepEqual(new Set(steps).size, 25, 'every step was seen')
}

async function showsRawEvents({ page, server }) {
  const jobs = jobsOf(server)
  const job = await jobs.external('raw.bin')
  await page.getByLabel('File name').fill('raw.bin')
  await page.getByText('/api/sse', { exact: true }).click()
  await page.getByRole('button', { name: 'Watch' }).click()
  const raw = page.locator('.bench-raw')
  await raw.getByText('connection', { exact: true }).waitFor()
  await jobs.patch(job, { status: 'processing' })
  await jobs.patch(job, { status: 'completed', result: { weight: 'of a feather' } })
  await raw.getByText('finished', { exact: true }).waitFor()
  await raw.locator('li', { hasText: 'finished' }).locator('summary').first().click()
  await raw.getByText('"weight": "of a feather"').first().waitFor()
  await page.getByRole('button', { name: 'Stop watching' }).click()
  await page.getByRole('button', { name: 'Watch' }).waitFor()
}

async function narrowScreen({ page }) {
  await page.setViewportSize({ width: 360, height: 740 })
  await page.getByRole('button', { name: 'Run a test job' }).click()
  await page.locator('.changes-table').getByText('Processing').first().waitFor()
  await noSidewaysScroll(page)
}
