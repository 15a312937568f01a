export interface SseFrame {
  /** `message` where the stream names none. */
  event: string
  data: string
  /** Null where the frame has none of its own. */
  id: string | null
  retryMs: number | null
  /** Characters that it took on the wire. */
  length: number
}

/** Takes an event stream piece by piece and gives whole frames (HTML standard, section 9.2.6). */
export class SseParser {
  private rest = ''

  take(text: string): SseFrame[] {
    this.rest += text
    const frames: SseFrame[] = []
    for (;;) {
      const end = /\r\n\r\n|\n\n|\r\r/.exec(this.rest)
      if (!end) return frames
      const length = end.index + end[0].length
      const frame = readFrame(this.rest.slice(0, end.index), length)
      this.rest = this.rest.slice(length)
      if (frame) frames.push(frame)
    }
  }
}

/** Null for a frame of comments alone. */
function readFrame(text: string, length: number): SseFrame | null {
  const frame: SseFrame = { event: 'message', data: '', id: null, retryMs: null, length }
  const data: string[] = []
  let fields = 0
  for (const line of text.split(/\r\n|\n|\r/)) {
    const [, name, value] = /^([^:]+)(?::\s?(.*))?$/.exec(line) ?? []
    if (name === undefined) continue
    fields += 1
    if (name === 'event') frame.event = value ?? ''
    else if (name === 'data') data.push(value ?? '')
    else if (name === 'id') frame.id = value ?? ''
    else if (name === 'retry') frame.retryMs = Number(value)
  }
  frame.data = data.join('\n')
  return fields === 0 ? null : frame
}
