// Drives the pages in a real browser. JOBCAST_URL names a running server, or JOBCASTD a program to start.
import process from 'node:process'
import { chromium } from 'playwright-core'
import { openPage } from './page.mjs'
import { ownServer } from './server.mjs'
import { tests } from './tests.mjs'

const chromiumArgs = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

async function runOne(test, browser, server) {
  const opened = await openPage(browser, server.url())
  try {
    await test.run({ ...opened, server })
    if (opened.complaints.length > 0) throw new Error(`the page complained: ${opened.complaints.join('; ')}`)
  } finally {
    await opened.close()
  }
}

async function main() {
  const program = process.env.JOBCASTD
  const url = process.env.JOBCAST_URL
  if (!program && !url) {
    console.error('Set JOBCASTD to a jobcastd program, or JOBCAST_URL to the address of a running server.')
    return 2
  }
  const server = program ? await ownServer(program) : { url: () => url, dispose: async () => undefined }
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: chromiumArgs,
  })
  let passed = 0
  let failed = 0
  for (const test of tests.filter((test) => program || !test.ownServer)) {
    try {
      await runOne(test, browser, server)
      passed += 1
      console.log(`ok      ${test.name}`)
    } catch (error) {
      failed += 1
      console.log(`FAILED  ${test.name}\n${String(error?.stack ?? error).replace(/^/gm, '        ')}`)
    }
  }
  await browser.close()
  await server.dispose()
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

process.exitCode = await main()
