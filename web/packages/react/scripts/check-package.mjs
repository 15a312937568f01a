// What a user gets: its entry points, its types, and its size. Needs the built package.
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const packageFolder = fileURLToPath(new URL('..', import.meta.url))
const maxHookBytes = 5_000

/** A linter that may need a newer Node than the package itself. */
function lint(name, leastNode, ...command) {
  if (Number.parseInt(process.versions.node) < leastNode) {
    console.log(`skipped: ${name} needs Node ${leastNode}, this is ${process.versions.node}`)
    return true
  }
  const { status } = spawnSync('npx', ['--no-install', ...command], { cwd: packageFolder, stdio: 'inherit' })
  return status === 0
}

/** React is the application's own: what it is imported for by parts that are not used goes with them. */
const withoutReact = {
  name: 'without-react',
  setup({ onResolve }) {
    onResolve({ filter: /^react(\/|$)/ }, ({ path }) => ({ path, external: true, sideEffects: false }))
  },
}

/** The hooks and all that they load at once, as an application gets them: minified and compressed, without React. */
async function hookSizes() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: packageFolder,
    stdin: {
      contents: "export { useBackgroundProcessSSE, useJobPolling, useJobSSE } from './dist/index.js'",
      resolveDir: packageFolder,
    },
    outdir: 'size',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    metafile: true,
    write: false,
    plugins: [withoutReact],
  })
  const bytes = new Map(
    outputFiles.map(({ path, contents }) => [path, gzipSync(contents, { level: 9 }).length]),
  )
  const bytesOf = (name) => bytes.get([...bytes.keys()].find((path) => path.endsWith(name))) ?? 0
  const atOnce = new Set([Object.keys(metafile.outputs).find((name) => name.endsWith('stdin.js'))])
  for (const name of atOnce) {
    for (const { path, kind } of metafile.outputs[name].imports) {
      if (kind === 'import-statement' && path in metafile.outputs) atOnce.add(path)
    }
  }
  const sum = (names) => [...names].reduce((total, name) => total + bytesOf(name), 0)
  return { first: sum(atOnce), all: sum(Object.keys(metafile.outputs)) }
}

const { first, all } = await hookSizes()
const small = first < maxHookBytes
console.log(
  `hooks: ${first} bytes gzipped, ${small ? 'under' : 'NOT UNDER'} ${maxHookBytes}; ` +
    `${all - first} more are loaded when something is watched in a browser whose tabs can share`,
)
const passed = [
  small,
  lint('publint', 18, 'publint', '--strict'),
  lint('are-the-types-wrong', 20, 'attw', '--pack'),
]
process.exitCode = passed.every(Boolean) ? 0 : 1
