import type { Job, JobStatusName } from '@jobcast/react'

export const sortKeys = ['created', 'updated', 'filename', 'kind', 'status', 'progress', 'duration'] as const
export type SortKey = (typeof sortKeys)[number]

export interface Sort {
  key: SortKey
  descending: boolean
}

export const newestFirst: Sort = { key: 'created', descending: true }

export interface Filter {
  status: JobStatusName | ''
  kind: string
  /** A part of the filename; letters of either case are different, as in the server's own search. */
  text: string
}

export const noFilter: Filter = { status: '', kind: '', text: '' }

export function isFiltering(filter: Filter): boolean {
  return filter.status !== '' || filter.kind !== '' || filter.text !== ''
}

export function matches(filter: Filter, job: Job): boolean {
  return (
    (filter.status === '' || job.status === filter.status) &&
    (filter.kind === '' || job.kind === filter.kind) &&
    (filter.text === '' || job.filename.includes(filter.text))
  )
}

/** Those that want attention come first. */
const statusRank: Record<JobStatusName, number> = {
  processing: 0,
  pending: 1,
  failed: 2,
  cancelled: 3,
  completed: 4,
}

const keyOf: Record<SortKey, (job: Job) => string | number> = {
  created: (job) => job.created_at,
  updated: (job) => job.updated_at,
  filename: (job) => job.filename,
  kind: (job) => job.kind,
  status: (job) => statusRank[job.status],
  progress: (job) => (job.status === 'completed' ? 100 : (job.progress ?? -1)),
  duration: (job) =>
    job.started_at && job.processed_at ? Date.parse(job.processed_at) - Date.parse(job.started_at) : -1,
}

export type Compare = (a: Job, b: Job) => number

/** By creation; the id decides between jobs of one millisecond. */
export const byCreation: Compare = (a, b) =>
  a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0

/** A total order: only a job and itself are equal. Among equals the newest comes first. */
export function comparison({ key, descending }: Sort): Compare {
  if (key === 'created') return descending ? (a, b) => byCreation(b, a) : byCreation
  const value = keyOf[key]
  const sign = descending ? -1 : 1
  return (a, b) => {
    const left = value(a)
    const right = value(b)
    if (left < right) return -sign
    if (left > right) return sign
    return byCreation(b, a)
  }
}
