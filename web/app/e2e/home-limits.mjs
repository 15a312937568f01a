import assert from 'node:assert/strict'
import { textFile } from './files.mjs'

export const path = '/'
export const config = '[limits]\nmax_upload_bytes = 5000\n'

export const tests = [
  { name: 'the limit is told before, and a larger file is not sent', run: tooLarge },
  { name: 'what the server rejects says why, and is not sent again', run: rejected },
]

async function tooLarge({ page, card, choose }) {
  const sent = []
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.url())
  })
  await page.getByText('up to 5.0 kB each').waitFor()
  await choose(textFile('large.txt', 5000))
  await card('large.txt').getByText('Rejected', { exact: true }).waitFor()
  await card('large.txt').getByText('this server takes up to 5.0 kB').waitFor()
  assert.deepEqual(sent, [])
}

async function rejected({ page, choose }) {
  const name = `${'long'.repeat(70)}.txt`
  await choose(textFile(name, 5))
  const card = page.locator('article')
  await card.getByText('Rejected', { exact: true }).waitFor()
  await card.locator('.jobcast-error').waitFor()
  assert.equal(await card.getByRole('button', { name: 'Retry' }).count(), 0)
  await card.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('No files yet.').waitFor()
}
