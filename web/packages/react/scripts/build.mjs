// Bundles the sources into dist, beside the declarations that tsc leaves there.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.mjs'

const dist = fileURLToPath(new URL('../dist', import.meta.url))

// Of an earlier build: names of chunks change with what is in them.
for (const entry of readdirSync(dist, { recursive: true })) {
  if (/\.js(\.map)?$/.test(entry)) rmSync(join(dist, entry))
}
await bundle(dist)
