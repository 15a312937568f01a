import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pngFile, textFile } from './files.mjs'
import { jobsOf } from './jobs.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

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
    },
  })),
)

async function noViolation(page) {
  await page.evaluate(axe)
  const violations = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] })
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
    )
  })
  if (violations.length > 0) throw new Error(violations.join('\n'))
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
  await page.getByRole('complementary', { name: 'Job' }).getByText('broken').first().waitFor()
}

async function runExperiment({ page }) {
  await page.getByRole('button', { name: 'Run a test job' }).click()
  await page.locator('.changes-table').getByText('12 %', { exact: true }).waitFor()
}

async function startDemo({ page }) {
  await page.getByRole('button', { name: 'Start a job' }).click()
  await page.locator('.jobcast-job').getByText('Processing', { exact: true }).waitFor()
}
