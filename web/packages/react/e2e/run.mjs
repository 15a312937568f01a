// Drives the hooks in a real browser, with several tabs, in front of the program that JOBCASTD names.
import process from 'node:process'
import { chromium } from 'playwright-core'
import { ownServer } from '../../../app/e2e/server.mjs'
import { startSite } from './site.mjs'
import { tests } from './tests.mjs'
import { openTabs } from './tabs.mjs'

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

async function main() {
  const program = process.env.JOBCASTD
  if (!program) {
    console.error('Set JOBCASTD to a jobcastd program.')
    return 2
  }
  const only = process.argv[2]
  const server = await ownServer(program)
  const site = await startSite(() => server.url())
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: chromiumArgs,
  })
  let passed = 0
  let failed = 0
  for (const test of tests.filter(({ name }) => !only || name.includes(only))) {
    site.streams = 'pass'
    site.opened = []
    const tabs = await openTabs(browser, site, server)
    try {
      await test.run(tabs)
      passed += 1
      console.log(`ok      ${test.name}`)
    } catch (error) {
      failed += 1
      console.log(`FAILED  ${test.name}\n${String(error?.stack ?? error).replace(/^/gm, '        ')}`)
    }
    await tabs.close()
  }
  await browser.close()
  await site.close()
  await server.dispose()
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

process.exitCode = await main()
