/** So much of a text says what it is. */
const previewBytes = 4096

export type Preview = { kind: 'text'; text: string; more: boolean } | { kind: 'none'; reason: string }

/** The beginning of a result. Rejects where it can't be had. */
export async function loadPreview(address: string, signal: AbortSignal): Promise<Preview> {
  const response = await fetch(address, { signal })
  if (!response.ok) throw new Error(`The server answered ${response.status}.`)
  const type = response.headers.get('Content-Type') ?? ''
  if (!/^text\/|json/.test(type)) {
    await response.body?.cancel()
    return { kind: 'none', reason: `There is no preview of ${type || 'this type'}; download it instead.` }
  }
  return readBeginning(response)
}

async function readBeginning(response: Response): Promise<Preview> {
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  while (reader && bytes <= previewBytes) {
    const { done, value } = await reader.read()
    if (done) return { kind: 'text', text: text + decoder.decode(), more: false }
    bytes += value.length
    text += decoder.decode(value, { stream: true })
  }
  // The rest need not be sent.
  await reader?.cancel()
  return { kind: 'text', text: text.slice(0, previewBytes), more: true }
}
