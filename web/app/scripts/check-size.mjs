// Fails where a page makes the browser load more JavaScript at its start than it may.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv, exit } from 'node:process'
import { gzipSync } from 'node:zlib'

/** In bytes, as gzip packs them: on a slow line they are what the first sight of the page waits for. */
const limits = {
  'index.html': 80_000,
  'admin/background-processing-sse.html': 90_000,
  'admin/background-process-test.html': 80_000,
  'admin/sse-demo.html': 80_000,
}

const dist = argv[2] ?? 'dist'

function initialScripts(html) {
  return [...html.matchAll(/<(?:script|link)[^>]* (?:src|href)="(\/[^"]+\.js)"/g)].map(([, path]) => path)
}

let failed = false
for (const [page, limit] of Object.entries(limits)) {
  const scripts = initialScripts(readFileSync(join(dist, page), 'utf8'))
  const bytes = scripts.reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path))).length, 0)
  console.log(`${page}: ${(bytes / 1000).toFixed(1)} of ${limit / 1000} kB of JavaScript at the start`)
  if (scripts.length === 0 || bytes > limit) failed = true
}
if (failed) {
  console.error('A page has no script, or more than it may.')
  exit(1)
}
