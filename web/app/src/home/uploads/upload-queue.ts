import type { Job } from '@jobcast/react'
import { randomKey } from './random-key.js'
import { sendFile, type UploadOutcome } from './upload-request.js'

/** `refused`: the server does not take this file, however often it is sent. */
export type UploadPhase = 'waiting' | 'sending' | 'failed' | 'refused' | 'cancelled'

/** Nothing of it is sent any more, unless the user asks. */
export function isOver(phase: UploadPhase): boolean {
  return phase === 'failed' || phase === 'refused' || phase === 'cancelled'
}

export interface Upload {
  key: string
  file: File
  phase: UploadPhase
  sentBytes: number
  message: string | null
  /** It failed because this browser has no session that may make jobs. */
  locked?: boolean
}

export interface UploadQueueEvents {
  /** Why a file need not even be sent; null where nothing speaks against it. */
  refuse(file: File): string | null
  onChange(upload: Upload): void
  onAccepted(key: string, job: Job): void
}

/** A browser opens six connections per host; the event stream and the answers need some too. */
const maxAtOnce = 3
/** A server that is still busy after so many tries is left to the user. */
const maxBusyAnswers = 5

interface Item {
  upload: Upload
  busyAnswers: number
  abort: (() => void) | null
}

export class UploadQueue {
  private readonly items = new Map<string, Item>()
  private resumeTimer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly events: UploadQueueEvents) {}

  add(files: File[]): Upload[] {
    const uploads = files.map((file): Upload => {
      const message = this.events.refuse(file)
      return {
        key: randomKey(),
        file,
        phase: message === null ? 'waiting' : 'refused',
        sentBytes: 0,
        message,
      }
    })
    for (const upload of uploads) this.items.set(upload.key, { upload, busyAnswers: 0, abort: null })
    this.sendMore()
    return uploads.map(({ key }) => this.items.get(key)?.upload).filter((upload) => upload !== undefined)
  }

  cancel(key: string): void {
    const item = this.items.get(key)
    if (!item) return
    item.abort?.()
    item.abort = null
    this.change(item, { phase: 'cancelled', message: null })
    this.sendMore()
  }

  retry(key: string): void {
    const item = this.items.get(key)
    if (!item || item.abort) return
    item.busyAnswers = 0
    this.change(item, { phase: 'waiting', sentBytes: 0, message: null, locked: false })
    this.sendMore()
  }

  remove(key: string): void {
    this.items.get(key)?.abort?.()
    this.items.delete(key)
    this.sendMore()
  }

  /** True while leaving the page would lose files. */
  busy(): boolean {
    return [...this.items.values()].some(({ upload }) => ['waiting', 'sending'].includes(upload.phase))
  }

  private sendMore(): void {
    if (this.resumeTimer !== undefined) return
    const items = [...this.items.values()]
    const free = maxAtOnce - items.filter(({ upload }) => upload.phase === 'sending').length
    for (const item of items.filter(({ upload }) => upload.phase === 'waiting').slice(0, Math.max(0, free))) {
      this.send(item)
    }
  }

  private send(item: Item): void {
    const { key, file } = item.upload
    item.abort = sendFile({
      file,
      idempotencyKey: key,
      onProgress: (sentBytes) => this.change(item, { sentBytes }),
      onOutcome: (outcome) => this.take(item, outcome),
    })
    this.change(item, { phase: 'sending', sentBytes: 0, message: null })
  }

  private take(item: Item, outcome: UploadOutcome): void {
    item.abort = null
    if (outcome.kind === 'accepted') {
      this.items.delete(item.upload.key)
      this.events.onAccepted(item.upload.key, outcome.job)
    } else if (outcome.kind === 'busy' && item.busyAnswers < maxBusyAnswers) {
      item.busyAnswers += 1
      this.change(item, { phase: 'waiting', sentBytes: 0, message: outcome.message })
      this.pauseFor(outcome.afterMs)
    } else {
      this.change(item, {
        phase: outcome.kind === 'refused' ? 'refused' : 'failed',
        message: outcome.message,
        locked: outcome.kind === 'failed' && !!outcome.locked,
      })
    }
    this.sendMore()
  }

  private pauseFor(delayMs: number): void {
    clearTimeout(this.resumeTimer)
    this.resumeTimer = setTimeout(() => {
      this.resumeTimer = undefined
      this.sendMore()
    }, delayMs)
  }

  private change(item: Item, change: Partial<Upload>): void {
    item.upload = { ...item.upload, ...change }
    this.events.onChange(item.upload)
  }
}
