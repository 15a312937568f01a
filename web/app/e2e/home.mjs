import assert from 'node:assert/strict'
import { pngFile, textFile } from './files.mjs'
import { noSidewaysScroll } from './page.mjs'

const workMs = 30_000

export const path = '/'

/** Each test gets a fresh browser profile on the page; those that need a server of their own say so. */
export const tests = [
  { name: 'a dropped file is seen completed without a reload', run: droppedFileCompletes },
  { name: 'several chosen files each get a card, over one stream', run: severalFiles },
  { name: 'a file of an unreadable type fails and names the type', run: unreadableType },
  { name: 'a reload keeps the cards', run: reloadKeepsCards },
  { name: 'the result of a finished file can be read', run: resultOpens },
  { name: 'the beginning of a result can be read in place', run: previewsResult },
  { name: 'a waiting file tells its place, is cancelled, and processed again', run: steersJob },
  { name: 'seven tabs share one stream of the server', run: sevenTabs, ownServer: true },
  {
    name: 'an unreachable server is told, and a retry sends the file',
    run: unreachableServer,
    ownServer: true,
  },
  { name: 'a killed server is told, and found again', run: serverRestart, ownServer: true },
  { name: 'nothing sticks out on a narrow screen', run: narrowScreen },
]

async function completed(card) {
  await card.getByText('Completed', { exact: true }).waitFor({ timeout: workMs })
}

async function droppedFileCompletes({ page, card, drop }) {
  let loads = 0
  page.on('load', () => (loads += 1))
  await drop(textFile('dropped.txt'))
  await completed(card('dropped.txt'))
  assert.equal(loads, 0, 'the page was loaded again')
  const progress = card('dropped.txt').getByRole('progressbar')
  assert.equal(await progress.getAttribute('value'), '100')
}

async function severalFiles({ page, card, choose }) {
  let open = 0
  let most = 0
  page.on('request', (request) => {
    if (request.resourceType() === 'eventsource') most = Math.max(most, (open += 1))
  })
  const ended = (request) => {
    if (request.resourceType() === 'eventsource') open -= 1
  }
  page.on('requestfinished', ended)
  page.on('requestfailed', ended)
  const names = ['one.txt', 'two.md', 'three.csv', 'four.txt', 'five.txt']
  await choose(...names.map((name) => textFile(name)))
  for (const name of names) await completed(card(name))
  assert.equal(await page.locator('article').count(), names.length)
  assert.equal(most, 1, 'streams open at once')
}

async function unreadableType({ card, choose }) {
  await choose(pngFile('picture.png'))
  await card('picture.png').getByText('Failed', { exact: true }).waitFor({ timeout: workMs })
  await card('picture.png').locator('.jobcast-error', { hasText: 'image/png' }).waitFor()
}

async function reloadKeepsCards({ page, card, choose }) {
  await choose(textFile('kept.txt'), pngFile('kept.png'))
  await completed(card('kept.txt'))
  await card('kept.png').getByText('Failed', { exact: true }).waitFor({ timeout: workMs })
  await page.reload()
  await completed(card('kept.txt'))
  await card('kept.png').getByText('Failed', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Clear finished' }).click()
  await page.reload()
  await page.getByText('No files yet').waitFor()
}

async function resultOpens({ page, card, choose }) {
  await choose(textFile('readable.txt'))
  await completed(card('readable.txt'))
  const link = card('readable.txt').getByRole('link', { name: 'View the text of readable.txt' })
  const answer = await page.request.get(new URL(await link.getAttribute('href'), page.url()).href)
  assert.equal(answer.status(), 200)
  assert.match(await answer.text(), /\S/)
}

async function previewsResult({ page, card, choose }) {
  await choose(textFile('long.txt', 5000))
  await completed(card('long.txt'))
  await card('long.txt').getByRole('button', { name: 'Preview the text of long.txt' }).click()
  await page.getByRole('region', { name: 'Beginning of the text of long.txt' }).getByText('word7').waitFor()
  await page.getByText('This is the beginning.').waitFor()
}

/** Asked for over and over, the place is told with each answer. */
async function steersJob({ page, card, choose, server }) {
  await page.route('**/api/sse?*', (route) => route.abort())
  await steerDocuments(server, 'pause')
  await choose(textFile('ahead.txt', 10))
  await card('ahead.txt').getByText('Next in the queue').waitFor({ timeout: workMs })
  await choose(textFile('behind.txt', 10))
  await card('behind.txt').getByText('Number 2 in the queue').waitFor({ timeout: workMs })
  await card('behind.txt').getByRole('button', { name: 'Cancel' }).click()
  await card('behind.txt').getByRole('status').getByText('Cancelled').waitFor({ timeout: workMs })
  await card('behind.txt').getByRole('button', { name: 'Retry' }).click()
  await card('behind.txt').getByRole('status').getByText('Pending').waitFor({ timeout: workMs })
  await steerDocuments(server, 'resume')
  await completed(card('behind.txt'))
}

async function sevenTabs({ page, choose, server }) {
  await steerDocuments(server, 'pause')
  await choose(textFile('shared.txt'))
  const tabs = [page]
  while (tabs.length < 7) {
    const tab = await page.context().newPage()
    await tab.goto(page.url())
    tabs.push(tab)
  }
  for (const tab of tabs) await tab.getByText('Connected', { exact: true }).waitFor({ timeout: workMs })
  await waitForStreams(server, 1)
  await steerDocuments(server, 'resume')
  for (const tab of tabs) await tab.getByText('Completed', { exact: true }).waitFor({ timeout: workMs })
  await waitForStreams(server, 0)
}

async function waitForStreams(server, count) {
  const end = Date.now() + workMs
  for (let open; (open = await server.openStreams()) !== count;) {
    assert.ok(Date.now() < end, `${open} streams are open and not ${count}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function unreachableServer({ card, choose, server }) {
  await server.kill()
  await choose(textFile('unsent.txt'))
  await card('unsent.txt').getByText('cannot be reached').waitFor()
  await server.start()
  await card('unsent.txt').getByRole('button', { name: 'Retry' }).click()
  await completed(card('unsent.txt'))
}

/** The handler is paused meanwhile, so that the job can't end before the page has found the server again. */
async function serverRestart({ card, choose, server }) {
  await steerDocuments(server, 'pause')
  await choose(textFile('patient.txt'))
  await card('patient.txt').getByText('Connected', { exact: true }).waitFor({ timeout: workMs })
  await server.kill()
  await card('patient.txt')
    .getByText(/^(Reconnecting|Polling)$/)
    .waitFor()
  await server.start()
  await card('patient.txt').getByText('Connected', { exact: true }).waitFor({ timeout: workMs })
  await steerDocuments(server, 'resume')
  await completed(card('patient.txt'))
}

async function steerDocuments(server, action) {
  const answer = await fetch(`${server.url()}/api/handlers/document/${action}`, { method: 'POST' })
  assert.equal(answer.status, 200)
}

async function narrowScreen({ page, choose, card }) {
  await page.setViewportSize({ width: 360, height: 740 })
  const name = `${'a-rather-long-name-'.repeat(8)}.txt`
  await choose(textFile(name))
  await completed(card(name))
  await noSidewaysScroll(page)
}
