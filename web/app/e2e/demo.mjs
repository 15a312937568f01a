import assert from 'node:assert/strict'
import { noSidewaysScroll } from './page.mjs'

export const path = '/admin/sse-demo'

export const tests = [
  { name: 'follows a live job, by either method', run: followsByEitherMethod },
  { name: 'a failure is told, and a missing file', run: tellsErrors },
  { name: 'a restart of the server is told, and the job goes on', run: serverRestart, ownServer: true },
  { name: 'nothing sticks out on a narrow screen', run: narrowScreen },
]

const card = (page) => page.locator('.jobcast-job')
const badge = (page, word) => card(page).getByRole('status').getByText(word, { exact: true }).waitFor()
const method = (page, name) => page.getByRole('radio', { name }).check()

async function followsByEitherMethod({ page }) {
  const streams = []
  page.on('request', (request) => {
    if (request.resourceType() === 'eventsource') streams.push(request.url())
  })
  await page.getByRole('button', { name: 'Start a job' }).click()
  await badge(page, 'Processing')
  await card(page).getByText('Connected', { exact: true }).waitFor()
  assert.equal(streams.length, 1)
  await method(page, 'Polling')
  await card(page).getByText('Polling', { exact: true }).waitFor()
  await page.getByText('useJobPolling({').waitFor()
  await method(page, 'Live (SSE)')
  await card(page).getByText('Connected', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Complete it' }).click()
  await badge(page, 'Completed')
  await page.locator('.states [aria-current]').getByText('Closed').waitFor()
}

async function tellsErrors({ page }) {
  await page.getByRole('button', { name: 'Start a job' }).click()
  await badge(page, 'Processing')
  await page.getByRole('button', { name: 'Let it fail' }).click()
  await badge(page, 'Failed')
  await card(page).getByText('was told to fail').waitFor()
  await page.getByRole('button', { name: 'Watch a missing file' }).click()
  await card(page)
    .locator('.jobcast-error', { hasText: /there is no job/i })
    .waitFor()
}

async function serverRestart({ page, server }) {
  await page.getByRole('button', { name: 'Start a job' }).click()
  await card(page).getByText('Connected', { exact: true }).waitFor()
  await page.getByRole('button', { name: '10 % further' }).click()
  await card(page).getByText('Told by hand').waitFor()
  await server.kill()
  await card(page)
    .getByText(/^(Reconnecting|Polling)$/)
    .waitFor()
  await server.start()
  await card(page).getByText('Connected', { exact: true }).waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Complete it' }).click()
  await badge(page, 'Completed')
}

async function narrowScreen({ page }) {
  await page.setViewportSize({ width: 360, height: 740 })
  await page.getByRole('button', { name: 'Start a job' }).click()
  await badge(page, 'Processing')
  await noSidewaysScroll(page)
}
