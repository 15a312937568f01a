import assert from 'node:assert/strict'

/** The page as a user knows it. */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const complaints = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    // A refused request is reported too, and is what some of the tests are about.
    if (message.type() === 'error' && !message.text().includes('Failed to load resource')) {
      complaints.push(message.text())
    }
  })
  await page.goto(url)
  return {
    page,
    complaints,
    card: (name) => page.locator('article', { has: page.getByRole('heading', { name, exact: true }) }),
    choose: (...files) => page.getByLabel('choose files').setInputFiles(files),
    drop: (...files) => drop(page, files),
    close: () => context.close(),
  }
}

export async function noSidewaysScroll(page) {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  assert.equal(overflow, 0, 'the page scrolls sideways')
}

/** What the browser does when files are let go over the page. */
async function drop(page, files) {
  const contents = files.map(({ name, mimeType, buffer }) => ({
    name,
    mimeType,
    base64: buffer.toString('base64'),
  }))
  const transfer = await page.evaluateHandle((contents) => {
    const transfer = new DataTransfer()
    for (const { name, mimeType, base64 } of contents) {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
      transfer.items.add(new File([bytes], name, { type: mimeType }))
    }
    return transfer
  }, contents)
  for (const type of ['dragenter', 'dragover', 'drop']) {
    await page.dispatchEvent('.drop-zone', type, { dataTransfer: transfer })
  }
}
