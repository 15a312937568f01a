import assert from 'node:assert/strict'
import { pngFile, textFile } from './files.mjs'
import { jobsOf } from './jobs.mjs'
import { noSidewaysScroll } from './page.mjs'

export const path = '/admin/background-processing-sse'

/** They share one server: each makes jobs under names of its own. */
export const tests = [
  { name: 'says what to do while there are no jobs', run: emptyState },
  { name: 'a job is followed from its making to its end', run: followsJob },
  { name: 'filters and order are kept in the address', run: addressHoldsState },
  { name: 'many are selected, cancelled, retried and deleted', run: bulkActions },
  { name: 'the drawer tells all of a job, and the way back closes it', run: drawerTellsAll },
  { name: 'a handler is paused and resumed', run: pausesHandler },
  { name: 'can be used by the keyboard alone', run: keyboardOnly },
  { name: 'older jobs come as one scrolls', run: loadsOlderJobs },
  { name: 'polls while the stream is blocked, and finds back to it', run: blockedStream },
  { name: 'a restart of the server is told, and nothing is missed', run: serverRestart, ownServer: true },
  { name: 'every panel is reached by scrolling the page', run: everyPanel },
  { name: 'nothing sticks out, from 360 to 1920 px', run: everyWidth },
]

const rowOf = (page, name) => page.getByRole('row').filter({ hasText: name })
const connection = (page, word) => page.locator('.page-head').getByText(word, { exact: true }).waitFor()
const filterBy = (page, text) => page.getByLabel('Part of the file name').fill(text)

async function emptyState({ page }) {
  await page.getByText('No jobs yet.').waitFor()
  await connection(page, 'Connected')
}

async function followsJob({ page, server }) {
  const jobs = jobsOf(server)
  await connection(page, 'Connected')
  const job = await jobs.external('followed.bin')
  const row = rowOf(page, 'followed.bin')
  await row.getByText('Pending', { exact: true }).waitFor()
  await jobs.patch(job, { status: 'processing', progress: 40, message: 'Nearly half' })
  await row.getByText('Processing', { exact: true }).waitFor()
  await row.getByText('40 %').waitFor()
  await row.getByText('Nearly half').waitFor()
  await jobs.patch(job, { status: 'completed', progress: 100 })
  await row.getByText('Completed', { exact: true }).waitFor()
  await page.getByRole('button', { name: /^Completed 1$/ }).waitFor()
}

async function addressHoldsState({ page, server }) {
  const jobs = jobsOf(server)
  for (const name of ['address-a.bin', 'address-b.bin', 'address-c.bin']) await jobs.external(name)
  await filterBy(page, 'address-')
  await page.getByLabel('Status').selectOption('pending')
  await page.getByRole('button', { name: 'File' }).click()
  const names = () => page.locator('.grid-rows .cell-file').allTextContents()
  await page.getByText('3 of 3 shown').waitFor()
  const sorted = ['address-a.bin', 'address-b.bin', 'address-c.bin']
  assert.deepEqual(await names(), sorted)
  await page.reload()
  await page.getByText('3 of 3 shown').waitFor()
  assert.deepEqual(await names(), sorted)
  assert.equal(await page.getByLabel('Part of the file name').inputValue(), 'address-')
  await page.getByLabel('Status').selectOption('failed')
  await page.getByText('No job matches.').waitFor()
  await page.goBack()
  await page.getByText('3 of 3 shown').waitFor()
}

async function bulkActions({ page, server }) {
  await jobsOf(server).many(12, (n) => `bulk-${n}.bin`)
  await filterBy(page, 'bulk-')
  await page.getByText('12 of 12 shown').waitFor()
  for (const name of ['bulk-1.bin', 'bulk-2.bin']) await page.getByLabel(`Select ${name}`).click()
  await page.getByText('2 selected').waitFor()
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
  await page.getByRole('button', { name: 'Cancel jobs' }).click()
  await page.getByText('2 jobs cancelled.').waitFor()
  await rowOf(page, 'bulk-2.bin').getByText('Cancelled', { exact: true }).waitFor()

  await page.getByLabel('Select all jobs that match').click()
  await page.getByText('All 12 that match').waitFor()
  await page.getByRole('button', { name: 'Retry', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click()
  await page.getByText('2 jobs retried, 10 skipped').waitFor()

  await page.getByLabel('Select all jobs that match').click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByText('Delete 12 jobs?').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('12 jobs deleted.').waitFor()
  await page.getByText('No job matches.').waitFor()
}

async function drawerTellsAll({ page, server }) {
  const jobs = jobsOf(server)
  const job = await jobs.external('drawer.bin')
  await filterBy(page, 'drawer.bin')
  await page.getByText('1 of 1 shown').waitFor()
  await page.locator('.cell-file', { hasText: 'drawer.bin' }).click()
  const drawer = page.getByRole('complementary', { name: 'Job' })
  await drawer.getByText('No worker has taken the job yet').waitFor()
  for (const progress of [10, 20, 30])
    await jobs.patch(job, { status: 'processing', progress, message: 'Going on' })
  await jobs.patch(job, { status: 'failed', error: 'it was too heavy' })
  await drawer.getByText('it was too heavy').first().waitFor()
  await drawer.locator('.timeline > [data-status="failed"]').waitFor()
  await drawer.getByRole('button', { name: 'Retry' }).click()
  await drawer.getByText('Why it waits').waitFor()
  await page.goBack()
  await drawer.waitFor({ state: 'detached' })
  await page.goForward()
  await drawer.getByRole('heading', { name: 'drawer.bin' }).waitFor()

  const text = await jobs.upload(textFile('drawer.txt', 50))
  await page.goto(`${server.url()}${path}?job=${text.id}`)
  await drawer.getByText('"words": 50').waitFor()
}

async function pausesHandler({ page, server }) {
  await page.getByRole('button', { name: 'Pause document' }).click()
  await page.getByText('document is paused').waitFor()
  const { handlers } = await jobsOf(server).call('GET', '/api/handlers')
  assert.equal(handlers.find(({ name }) => name === 'document').paused, true)
  await page.getByRole('button', { name: 'Resume document' }).click()
  await page.getByRole('button', { name: 'Pause document' }).waitFor()
}

async function keyboardOnly({ page, server }) {
  await jobsOf(server).many(40, (n) => `keys-${String(n).padStart(2, '0')}.bin`)
  await page.goto(`${server.url()}${path}?q=keys-&sort=filename`)
  await page.getByText('40 of 40 shown').waitFor()
  const grid = page.getByRole('grid')
  const isGrid = () => grid.evaluate((element) => element === document.activeElement)
  for (let presses = 0; !(await isGrid()); presses += 1) {
    assert.ok(presses < 40, 'Tab does not reach the list')
    await page.keyboard.press('Tab')
  }
  const active = () =>
    grid.evaluate(
      (element) => document.getElementById(element.getAttribute('aria-activedescendant'))?.innerText,
    )
  await page.keyboard.press('ArrowDown')
  assert.match(await active(), /keys-00/)
  await page.keyboard.press('Space')
  await page.keyboard.press('Shift+ArrowDown')
  await page.getByText('2 selected').waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('End')
  await page.waitForFunction(() =>
    document
      .getElementById(document.activeElement.getAttribute('aria-activedescendant'))
      ?.innerText.includes('keys-39'),
  )
  await page.keyboard.press('Enter')
  await page
    .getByRole('complementary', { name: 'Job' })
    .getByRole('heading', { name: 'keys-39.bin' })
    .waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('complementary', { name: 'Job' }).waitFor({ state: 'detached' })
  assert.ok(await isGrid(), 'the list has the focus again')
}

async function loadsOlderJobs({ page, server }) {
  const count = 1_200
  const made = await jobsOf(server).many(count, (n) => `older-${String(n).padStart(4, '0')}.bin`)
  await page.goto(`${server.url()}${path}?q=older-`)
  await page.getByText('500 of 500+ shown').waitFor()
  await page.getByRole('grid').evaluate(async (grid) => {
    for (let end = 0; grid.scrollHeight > end;) {
      end = grid.scrollHeight
      grid.scrollTop = end
      for (let frames = 0; frames < 60 && grid.scrollHeight === end; frames += 1) {
        await new Promise((resolve) => requestAnimationFrame(resolve))
      }
    }
  })
  await page.getByText('1,200 of 1,200 shown').waitFor()
  await page.getByText(made[0].filename).waitFor()
  const rows = await page.locator('.grid-rows > .job-row').count()
  assert.ok(rows < 100, `${rows} rows exist`)
}

async function blockedStream({ page, server }) {
  const jobs = jobsOf(server)
  await page.route('**/api/sse/admin*', (route) => route.abort())
  await page.reload()
  await connection(page, 'Polling')
  await jobs.external('polled.bin')
  await rowOf(page, 'polled.bin').waitFor()
  await page.unroute('**/api/sse/admin*')
  await connection(page, 'Connected')
  await jobs.external('streamed.bin')
  await rowOf(page, 'streamed.bin').waitFor()
}

async function serverRestart({ page, server }) {
  const jobs = jobsOf(server)
  const job = await jobs.external('survivor.bin')
  const gone = await jobs.external('doomed.bin')
  await rowOf(page, 'survivor.bin').waitFor()
  await connection(page, 'Connected')
  await server.kill()
  await connection(page, 'Reconnecting')
  await page.locator('.connection-message', { hasText: 'The server cannot be reached.' }).waitFor()
  await server.start()
  await jobs.call('DELETE', `/api/jobs/${gone.id}`)
  await jobs.patch(job, { status: 'processing', progress: 60, message: 'After the restart' })
  await connection(page, 'Connected')
  await rowOf(page, 'survivor.bin').getByText('After the restart').waitFor()
  await rowOf(page, 'doomed.bin').waitFor({ state: 'detached' })
}

async function everyPanel({ page }) {
  await page.getByText('Streams of chosen jobs').waitFor()
  for (const height of [720, 900]) {
    await page.setViewportSize({ width: 1280, height })
    const hidden = await page.evaluate(() => {
      const side = document.querySelector('.dashboard-side')
      return side.scrollHeight - side.clientHeight
    })
    assert.equal(hidden, 0, `the side column hides a part at ${height} px`)
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
    const { bottom } = await page.getByText('Up for').evaluate((row) => row.getBoundingClientRect())
    assert.ok(bottom <= height, `the last row ends at ${bottom} of ${height} px`)
    const grid = await page.getByRole('grid').evaluate((each) => each.getBoundingClientRect().height)
    assert.ok(grid > 150 && grid < height, `the jobs have ${grid} px of ${height}`)
  }
}

async function everyWidth({ page, server }) {
  const jobs = jobsOf(server)
  const long = await jobs.external(`${'a-rather-long-name-'.repeat(8)}.bin`)
  await jobs.patch(long, { status: 'processing' })
  await jobs.patch(long, { status: 'failed', error: 'a rather long reason '.repeat(20) })
  await jobs.upload(pngFile('width.png'))
  await rowOf(page, 'a-rather-long-name').waitFor()
  for (const width of [360, 390, 768, 1024, 1440, 1920]) {
    await page.setViewportSize({ width, height: 900 })
    await noSidewaysScroll(page)
  }
  for (const width of [1210, 1250, 1280]) {
    await page.setViewportSize({ width, height: 900 })
    const cut = await page
      .locator('.tile-name')
      .evaluateAll((names) =>
        names.filter((name) => name.scrollWidth > name.clientWidth).map((name) => name.textContent),
      )
    assert.deepEqual(cut, [], `names of tiles are cut at ${width} px`)
  }
}
