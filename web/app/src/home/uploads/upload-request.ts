import { formatBytes, type Job } from '@jobcast/react'

export type UploadOutcome =
  | { kind: 'accepted'; job: Job }
  | { kind: 'busy'; afterMs: number; message: string }
  | { kind: 'refused'; message: string }
  | { kind: 'failed'; message: string; locked?: boolean }

export interface UploadRequest {
  file: File
  /** The same for each attempt at one file: a repeat after a lost answer must not make a second job. */
  idempotencyKey: string
  onProgress(sentBytes: number): void
  onOutcome(outcome: UploadOutcome): void
}

/** Bad name, too large, of a type that no handler takes: sending the same again gives the same. */
const refusals = new Set([400, 413, 415, 422])

const unreachable = 'The server cannot be reached. Check that it is running, then try again.'

/** Sends one file; the returned function breaks it off, and then no outcome is told. */
export function sendFile({ file, idempotencyKey, onProgress, onOutcome }: UploadRequest): () => void {
  const request = new XMLHttpRequest()
  let sentBytes = 0
  request.open('POST', '/api/jobs')
  request.setRequestHeader('Accept', 'application/json')
  request.setRequestHeader('Idempotency-Key', idempotencyKey)
  request.upload.onprogress = (event) => {
    // The multipart frame counts too, and must not show more than the file holds.
    sentBytes = Math.min(event.loaded, file.size)
    onProgress(sentBytes)
  }
  request.onload = () => onOutcome(outcomeOf(request))
  request.onerror = () => onOutcome({ kind: 'failed', message: brokenMessage(sentBytes, file.size) })
  const form = new FormData()
  form.append('file', file, file.name)
  request.send(form)
  return () => {
    request.onload = null
    request.onerror = null
    request.upload.onprogress = null
    request.abort()
  }
}

function brokenMessage(sentBytes: number, size: number): string {
  if (sentBytes === 0) return unreachable
  return `The connection broke after ${formatBytes(sentBytes)} of ${formatBytes(size)}. Try again.`
}

function outcomeOf(request: XMLHttpRequest): UploadOutcome {
  const body = parseBody(request.responseText)
  if (request.status >= 200 && request.status < 300) {
    if (body?.job) return { kind: 'accepted', job: body.job as Job }
    return { kind: 'failed', message: 'The server gave an answer that this page does not understand.' }
  }
  const message =
    typeof body?.detail === 'string' ? body.detail : `The server answered with status ${request.status}.`
  const retryAfter = request.getResponseHeader('Retry-After')
  if ((request.status === 429 || request.status === 503) && retryAfter !== null) {
    const seconds = Number(retryAfter)
    return { kind: 'busy', afterMs: Number.isFinite(seconds) ? Math.max(1, seconds) * 1000 : 5000, message }
  }
  if (refusals.has(request.status)) return { kind: 'refused', message }
  return { kind: 'failed', message, locked: request.status === 401 || request.status === 403 }
}

function parseBody(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
