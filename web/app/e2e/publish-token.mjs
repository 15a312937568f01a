import { textFile } from './files.mjs'

export const path = '/'

const token = 'a-token-for-those-who-make-jobs'
export const config = `[auth]\npublish_token = "${token}"\n`

export const tests = [
  { name: 'an upload that wants a token is sent once it is given', run: uploads },
  { name: 'so is the job of the demo', run: runsDemo, path: '/admin/sse-demo' },
  { name: 'so is that of the endpoint test', run: runsExperiment, path: '/admin/background-process-test' },
]

async function enterToken(page) {
  const field = page.getByLabel('Access token')
  await field.fill('not-the-token')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').getByText('the token is wrong').waitFor()
  await field.fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await field.waitFor({ state: 'detached' })
}

async function uploads({ page, choose, card }) {
  await choose(textFile('guarded.txt'))
  await card('guarded.txt').getByText('Upload failed', { exact: true }).waitFor()
  await enterToken(page)
  await card('guarded.txt').getByText('Completed', { exact: true }).waitFor()
}

async function runsDemo({ page }) {
  await page.getByRole('button', { name: 'Start a job' }).click()
  await enterToken(page)
  await page.locator('.jobcast-job').getByText('Processing', { exact: true }).waitFor()
}

async function runsExperiment({ page }) {
  await page.getByRole('button', { name: 'Run a test job' }).click()
  await enterToken(page)
  await page.locator('.changes-table').getByText('Processing').first().waitFor()
}
