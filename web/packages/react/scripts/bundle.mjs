import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Leaves the package's programs in a folder. */
export async function bundle(outdir) {
  await build({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    entryPoints: { index: 'src/index.ts', 'core/index': 'src/core/index.ts' },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    external: ['react', 'react/jsx-runtime'],
    minify: true,
    sourcemap: true,
    // What never leaves the package and no user's minifier could shorten is marked by its name, so that nothing else is met.
    mangleProps: /[^_]_$/,
  })
}
