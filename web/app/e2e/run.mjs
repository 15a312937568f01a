// Drives the pages in a real browser: run.mjs [FILE...]. JOBCAST_URL names a running server, or JOBCASTD a program
// to start, once for each file of tests.
import process from 'node:process'
import { chromium } from 'playwright-core'
import { openPage } from './page.mjs'
import { ownServer } from './server.mjs'

const files = [
  'home',
  'home-limits',
  'dashboard',
  'dashboard-load',
  'sign-in',
  'publish-token',
  'endpoint-test',
  'demo',
  'accessibility',
]

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

async function runOne(test, path, browser, server) {
  const opened = await openPage(browser, server.url() + (test.path ?? path), test.options)
  try {
    await test.run({ ...opened, server })
    if (opened.complaints.length > 0) throw new Error(`the page complained: ${opened.complaints.join('; ')}`)
  } finally {
    await opened.close()
  }
}

/** Gives how many tests passed and how many failed. */
async function runFile(name, browser) {
  const { tests, path, config } = await import(`./${name}.mjs`)
  const program = process.env.JOBCASTD
  const url = process.env.JOBCAST_URL
  // Someone else's server can be neither killed nor configured.
  const wanted = program ? tests : config ? [] : tests.filter((test) => !test.ownServer)
  if (wanted.length === 0) return [0, 0]
  const server = program
    ? await ownServer(program, config)
    : { url: () => url, dispose: async () => undefined }
  let passed = 0
  for (const test of wanted) {
    try {
      await runOne(test, path, browser, server)
      passed += 1
      console.log(`ok      ${name}: ${test.name}`)
    } catch (error) {
      console.log(
        `FAILED  ${name}: ${test.name}\n${String(error?.stack ?? error).replace(/^/gm, '        ')}`,
      )
    }
  }
  await server.dispose()
  return [passed, wanted.length - passed]
}

async function main() {
  if (!process.env.JOBCASTD && !process.env.JOBCAST_URL) {
    console.error('Set JOBCASTD to a jobcastd program, or JOBCAST_URL to the address of a running server.')
    return 2
  }
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: chromiumArgs,
  })
  let passed = 0
  let failed = 0
  const asked = process.argv.slice(2)
  for (const name of files.filter((each) => asked.length === 0 || asked.includes(each))) {
    const [good, bad] = await runFile(name, browser)
    passed += good
    failed += bad
  }
  await browser.close()
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

process.exitCode = await main()
