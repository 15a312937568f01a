import assert from 'node:assert/strict'
import { noViolation } from './axe.mjs'

export const path = '/admin/background-processing-sse'

const token = 'a-token-for-the-tests-of-the-pages'
export const config = `[auth]\nadmin_token = "${token}"\n`

export const tests = [
  { name: 'asks for the token, tells a wrong one, and lets a right one in', run: signsIn },
  { name: 'a session lasts over a reload, and ends with signing out', run: signsOut },
]

const connected = (page) => page.locator('.page-head').getByText('Connected', { exact: true }).waitFor()

async function enter(page, text) {
  await page.getByLabel('Access token').fill(text)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function signsIn({ page, server }) {
  await page.getByLabel('Access token').waitFor()
  assert.ok(await page.getByLabel('Access token').evaluate((field) => field === document.activeElement))
  await noViolation(page)
  await enter(page, 'not-the-token')
  await page.getByRole('alert').getByText('the token is wrong').waitFor()
  await enter(page, token)
  await connected(page)
  await page.getByText('No jobs yet.').waitFor()
  await page.getByRole('button', { name: 'Pause document' }).click()
  await page.getByText('document is paused').waitFor()
  const refused = await fetch(`${server.url()}/api/handlers/document/resume`, { method: 'POST' })
  assert.equal(refused.status, 401, 'others are not let in')
}

async function signsOut({ page }) {
  await enter(page, token)
  await connected(page)
  await page.reload()
  await connected(page)
  await page.getByRole('button', { name: 'Resume document' }).click()
  await page.getByText('document takes jobs again').waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Access token').waitFor()
  assert.equal(await page.locator('.notice-bar').innerText(), '', 'what was done is told no more')
}
