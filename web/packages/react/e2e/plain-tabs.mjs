/** Tabs that can be hidden and frozen. Those that Playwright opens can't: it has each believe that it has the focus. */
export async function plainTabs(browser) {
  const devTools = await browser.newBrowserCDPSession()
  const { browserContextId } = await devTools.send('Target.createBrowserContext')
  const waiting = new Map()
  let lastId = 0
  devTools.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message)
    waiting.get(id)?.(result)
    waiting.delete(id)
  })

  async function open(url) {
    const { targetId } = await devTools.send('Target.createTarget', { url, browserContextId })
    const { sessionId } = await devTools.send('Target.attachToTarget', { targetId, flatten: false })
    const send = (method, params) =>
      new Promise((resolve, reject) => {
        const id = (lastId += 1)
        waiting.set(id, resolve)
        const message = JSON.stringify({ id, method, params })
        devTools.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject)
      })
    return {
      /** As the browser does with a tab in the background: `frozen`, and `active` again. */
      live: (state) => send('Page.setWebLifecycleState', { state }),
      async has(selector) {
        const expression = `document.querySelector(${JSON.stringify(selector)}) !== null`
        return (await send('Runtime.evaluate', { expression })).result.value
      },
    }
  }
  async function close() {
    await devTools.send('Target.disposeBrowserContext', { browserContextId })
    await devTools.detach()
  }
  return { open, close }
}
