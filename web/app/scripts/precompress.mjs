// Leaves a .gz and a .br beside every text file of a folder, where that is smaller than the file itself.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv } from 'node:process'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const compressible = /\.(css|html|js|json|mjs|svg|txt|webmanifest|xml)$/

function* filesUnder(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesUnder(path)
    else yield path
  }
}

function compressions(body) {
  const brotli = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
  }
  return [
    ['.gz', gzipSync(body, { level: constants.Z_BEST_COMPRESSION })],
    ['.br', brotliCompressSync(body, { params: brotli })],
  ]
}

for (const path of filesUnder(argv[2] ?? 'dist')) {
  if (!compressible.test(path)) continue
  const body = readFileSync(path)
  for (const [suffix, packed] of compressions(body)) {
    if (packed.length < body.length) writeFileSync(path + suffix, packed)
  }
}
