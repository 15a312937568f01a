import type { Job } from '@jobcast/react'

const storageKey = 'jobcast.jobs'
const maxKept = 100

/** `gone`: it was deleted from the server. */
export type KeptJob = Job & { gone?: boolean }

/** The newest first, as last seen. Nothing where the browser keeps nothing for this page. */
export function readKeptJobs(): KeptJob[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]')
    return Array.isArray(value) ? value.filter(isJob) : []
  } catch {
    return []
  }
}

export function writeKeptJobs(jobs: KeptJob[]): void {
  try {
    const kept = jobs.slice(0, maxKept).map((job) => ({ ...job, result: null }))
    localStorage.setItem(storageKey, JSON.stringify(kept))
  } catch {
    // A full or forbidden storage costs the list after a reload, and nothing else.
  }
}

/** Calls back when another tab of this browser has written its list. */
export function onKeptJobsChanged(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key === storageKey || event.key === null) listener()
  }
  window.addEventListener('storage', onStorage)
  return () => window.removeEventListener('storage', onStorage)
}

function isJob(value: unknown): value is KeptJob {
  if (typeof value !== 'object' || value === null) return false
  const { id, filename, status } = value as Record<string, unknown>
  return typeof id === 'string' && typeof filename === 'string' && typeof status === 'string'
}
