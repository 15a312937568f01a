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
