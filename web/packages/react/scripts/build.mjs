// Bundles the sources into dist, beside the declarations that tsc leaves there.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const folder = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url))

/** Of an earlier build: names of chunks change with what is in them. */
function removeOld(dist) {
  for (const entry of readdirSync(dist, { recursive: true })) {
    if (/\.js(\.map)?$/.test(entry)) rmSync(join(dist, entry))
  }
}

removeOld(folder('dist'))
await build({
  absWorkingDir: folder('.'),
  entryPoints: { index: 'src/index.ts', 'core/index': 'src/core/index.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  external: ['react', 'react/jsx-runtime'],
  minify: true,
  sourcemap: true,
  // Private members and fields that never leave the package, whose names no user's minifier could shorten.
  mangleProps: /[^_]_$|^(watchers|carrier|carried|etag|answered|settled|loose|afterMs|hasRoom|pending)$/,
})
