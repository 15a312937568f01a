import type { JobStatusName } from '@jobcast/react'

export const statusNames: readonly JobStatusName[] = [
  'pending',
  'processing',
  'completed',
  'failed',
  'cancelled',
]

export const statusWords: Record<JobStatusName, string> = {
  pending: 'Pending',
  processing: 'Processing',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
}
