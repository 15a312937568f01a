import assert from 'node:assert/strict'
import { noViolation } from './axe.mjs'
import { pngFile, textFile } from './files.mjs'
import { jobsOf } from './jobs.mjs'

export const path = '/'

const pages = [
  { name: 'the files', path: '/', prepare: someFiles },
  { name: 'the dashboard', path: '/admin/background-processing-sse', prepare: openDrawer },
  { name: 'the endpoint test', path: '/admin/background-process-test', prepare: runExperiment },
  { name: 'the demo', path: '/admin/sse-demo', prepare: startDemo },
]

export const tests = pages.flatMap(({ name, path, prepare }) =>
  ['light', 'dark'].map((colorScheme) => ({
    name: `axe finds nothing in ${name}, ${colorScheme}`,
    path,
    options: { colorScheme, reducedMotion: 'reduce' },
    async run(opened) {
      await noViolation(opened.page)
      await prepare(opened, colorScheme)
      await noViolation(opened.page)
      await nothingMoves(opened.page)
    },
  })),
)

/** All of these tests are of someone who wants no motion. */
async function nothingMoves(page) {
  const moving = await page.evaluate(() =>
    document.getAnimations().map(({ effect }) => effect.target.outerHTML.slice(0, 200)),
  )
  assert.deepEqual(moving, [])
}

async function someFiles({ page, card, choose }) {
  await choose(textFile('read.txt'), pngFile('unreadable.png'))
  await card('unreadable.png').getByText('Failed', { exact: true }).waitFor()
  await card('read.txt').getByText('Completed', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Preview the text of read.txt' }).click()
  await page.getByRole('region', { name: 'Beginning of the text of read.txt' }).waitFor()
}

async function openDrawer({ page, server }, stem) {
  const jobs = jobsOf(server)
  await jobs.upload(textFile('row.txt', 10))
  const [waiting, running, failed] = await jobs.many(4, (n) => `${stem}-${n}.bin`)
  await jobs.patch(running, { status: 'processing', progress: 50 })
  await jobs.patch(failed, { status: 'processing' })
  await jobs.patch(failed, { status: 'failed', error: 'broken' })
  await jobs.call('POST', `/api/jobs/${waiting.id}/cancel`)
  await page.getByLabel(`Select ${stem}-3.bin`).click()
  await page.locator('.cell-file', { hasText: failed.filename }).first().click()
  const drawer = page.getByRole('complementary', { name: 'Job' })
  await drawer.getByText('broken').first().waitFor()
  await noViolation(page)
  await drawer.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').waitFor()
}

async function runExperiment({ page }) {
  await page.getByRole('button', { name: 'Run a test job' }).click()
  await page.locator('.changes-table').getByText('12 %', { exact: true }).waitFor()
}

async function startDemo({ page }) {
  await page.getByRole('button', { name: 'Start a job' }).click()
  await page.locator('.jobcast-job').getByText('Processing', { exact: true }).waitFor()
}
