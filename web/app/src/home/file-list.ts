import { isFinal } from '@jobcast/react/core'
import { formatBytes, type Job } from '@jobcast/react'
import { maxUploadBytes } from './server-limits.js'
import { isOver, UploadQueue, type Upload } from './uploads/upload-queue.js'
import { onKeptJobsChanged, readKeptJobs, writeKeptJobs, type KeptJob } from './kept-jobs.js'

/** One file on the page: first an upload, then a job. */
export type FileEntry =
  { key: string; upload: Upload; job: null } | { key: string; upload: null; job: KeptJob }

/** All files on the page, the newest first. Jobs among them are kept over a reload. */
export class FileList {
  private entries: readonly FileEntry[] = readKeptJobs().map(jobEntry)
  private readonly listeners = new Set<() => void>()
  private readonly queue = new UploadQueue({
    refuse: tooLarge,
    onChange: (upload) => this.replace(upload.key, { key: upload.key, upload, job: null }),
    onAccepted: (key, job) => {
      this.replace(key, { key, upload: null, job })
      this.keep()
    },
  })

  constructor() {
    onKeptJobsChanged(() => this.takeOver(readKeptJobs()))
    window.addEventListener('beforeunload', (event) => {
      if (this.queue.busy()) event.preventDefault()
    })
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly snapshot = (): readonly FileEntry[] => this.entries

  upload(files: File[]): void {
    const added = this.queue.add(files).map((upload): FileEntry => ({ key: upload.key, upload, job: null }))
    this.set([...added, ...this.entries])
  }

  cancelUpload(key: string): void {
    this.queue.cancel(key)
  }

  retryUpload(key: string): void {
    this.queue.retry(key)
  }

  /** Sends what the server refused while this browser had no session. */
  retryLocked(): void {
    for (const { key } of this.entries.filter(isLocked)) this.queue.retry(key)
  }

  remove(key: string): void {
    this.queue.remove(key)
    this.set(this.entries.filter((entry) => entry.key !== key))
    this.keep()
  }

  clearFinished(): void {
    for (const { key } of this.entries.filter(isFinished)) this.queue.remove(key)
    this.set(this.entries.filter((entry) => !isFinished(entry)))
    this.keep()
  }

  /** News of a job; only a change of its status is worth writing down. */
  noteJob(key: string, job: Job): void {
    const known = this.entries.find((entry) => entry.key === key)?.job
    if (!known || known.status === job.status) return
    this.replace(key, { key, upload: null, job })
    this.keep()
  }

  /** The server does not have the job any more. */
  noteGone(key: string): void {
    const known = this.entries.find((entry) => entry.key === key)?.job
    if (!known || known.gone) return
    this.replace(key, { key, upload: null, job: { ...known, gone: true } })
    this.keep()
  }

  private takeOver(jobs: KeptJob[]): void {
    const keys = new Map(this.entries.map((entry) => [entry.job?.id, entry.key]))
    const uploads = this.entries.filter((entry) => entry.upload)
    this.set([...uploads, ...jobs.map((job) => ({ ...jobEntry(job), key: keys.get(job.id) ?? job.id }))])
  }

  private replace(key: string, entry: FileEntry): void {
    this.set(this.entries.map((old) => (old.key === key ? entry : old)))
  }

  private keep(): void {
    writeKeptJobs(this.entries.flatMap((entry) => (entry.job ? [entry.job] : [])))
  }

  private set(entries: readonly FileEntry[]): void {
    this.entries = entries
    for (const listener of [...this.listeners]) listener()
  }
}

export function isFinished({ upload, job }: FileEntry): boolean {
  return job ? !!job.gone || isFinal(job.status) : isOver(upload.phase)
}

export function isLocked({ upload }: FileEntry): boolean {
  return !!upload?.locked
}

function tooLarge(file: File): string | null {
  const limit = maxUploadBytes.get()
  if (limit === null || file.size <= limit) return null
  return `The file has ${formatBytes(file.size)}; this server takes up to ${formatBytes(limit)}.`
}

function jobEntry(job: KeptJob): FileEntry {
  return { key: job.id, upload: null, job }
}
