import { createServer, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))

const html =
  '<!doctype html><html lang="en"><title>Test</title><link rel="stylesheet" href="/page.css">' +
  '<link rel="icon" href="data:,"><div id="root"></div><script type="module" src="/page.js"></script></html>'

/**
 * The test page, in front of a jobcastd as behind a proxy of the worse kind. `streams` says what becomes of streams:
 * - `pass`: they get through
 * - `block`: they are answered with an error
 * - `buffer`: the server's answer is held back
 */
export async function startSite(target) {
  const files = await bundle()
  const site = { streams: 'pass', opened: [] }
  const server = createServer((incoming, outgoing) => {
    const { pathname } = new URL(incoming.url, 'http://site.test')
    const file = files.get(pathname)
    if (file) return outgoing.setHeader('Content-Type', file.type).end(file.body)
    const isStream = pathname === '/api/sse' || incoming.url.includes('sse=true')
    if (isStream) site.opened.push({ url: incoming.url, at: Date.now() })
    if (isStream && site.streams === 'block') return outgoing.writeHead(502).end('Bad gateway')
    forward(incoming, outgoing, target(), isStream && site.streams === 'buffer')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(site, {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  })
}

function forward(incoming, outgoing, target, held) {
  const options = { method: incoming.method, headers: { ...incoming.headers, host: new URL(target).host } }
  const onward = request(target + incoming.url, options, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers)
    outgoing.flushHeaders()
    if (held) answer.resume()
    else answer.pipe(outgoing)
    answer.on('error', () => outgoing.destroy())
  })
  onward.on('error', () => outgoing.destroy())
  outgoing.on('close', () => onward.destroy())
  incoming.pipe(onward)
}

async function bundle() {
  const source = (name) => path(`../src/${name}`)
  const [{ output }] = await build({
    configFile: false,
    logLevel: 'error',
    esbuild: { jsx: 'automatic' },
    define: { 'process.env.NODE_ENV': '"development"' },
    resolve: {
      alias: [
        { find: '@jobcast/react/styles.css', replacement: path('../styles/index.css') },
        { find: '@jobcast/react', replacement: source('index.ts') },
      ],
    },
    build: {
      write: false,
      minify: false,
      lib: { entry: path('page.tsx'), formats: ['es'], fileName: 'page', cssFileName: 'page' },
    },
  }).then((result) => (Array.isArray(result) ? result : [result]))
  const files = new Map([['/', { type: 'text/html', body: html }]])
  for (const item of output) {
    const css = item.type === 'asset'
    files.set(`/${item.fileName}`, {
      type: css ? 'text/css' : 'text/javascript',
      body: css ? item.source : item.code,
    })
  }
  return files
}
