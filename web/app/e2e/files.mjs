import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A text long enough to be split into several chunks. */
export function textFile(name, words = 2000) {
  const text = Array.from({ length: words }, (_, n) => `word${n}`).join(' ')
  return { name, mimeType: 'text/plain', buffer: Buffer.from(text) }
}

export function pngFile(name) {
  const base64 =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  return { name, mimeType: 'image/png', buffer: Buffer.from(base64, 'base64') }
}

/** A text that takes seconds to process; on disk, since it is too large to be handed to the browser in a message. */
export function longTextOnDisk(name) {
  const folder = mkdtempSync(join(tmpdir(), 'jobcast-e2e-file-'))
  const path = join(folder, name)
  writeFileSync(path, 'some more words of a long text\n'.repeat(1_400_000))
  return { path, remove: () => rmSync(folder, { recursive: true }) }
}
