import type { Job } from '@jobcast/react'
import { shortSpan } from '../shared/times.js'

/** Where a job stands in the queue, where the server has told. */
export interface QueuePlace {
  queue_position: number | null
  eta_seconds: number | null
  stalled: boolean
}

/** "Next in the queue", "Number 4 in the queue, about 12 s to go", or nothing. */
export function placeText(job: Job & Partial<QueuePlace>): string {
  const parts: string[] = []
  if (job.status === 'pending' && job.queue_position) {
    parts.push(job.queue_position === 1 ? 'Next in the queue' : `Number ${job.queue_position} in the queue`)
  }
  if (job.status === 'processing' && job.stalled) parts.push('No progress for unusually long')
  else if ((job.status === 'pending' || job.status === 'processing') && typeof job.eta_seconds === 'number') {
    parts.push(job.eta_seconds < 1 ? 'done any moment' : `about ${shortSpan(job.eta_seconds)} to go`)
  }
  const text = parts.join(', ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
