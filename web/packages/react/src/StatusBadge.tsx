import type { JobStatusName } from './core/types.js'

export type ShownStatus = JobStatusName | 'unknown'

const words: Record<ShownStatus, string> = {
  pending: 'Pending',
  processing: 'Processing',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
  unknown: 'Unknown',
}

/** Each has its own outline, so that it can be told without its colour. */
const paths: Record<ShownStatus, string> = {
  pending: 'M8 4.5V8l2.25 1.75',
  processing: 'M8 2a6 6 0 0 1 6 6',
  completed: 'm5 8.25 2.1 2.1L11 6',
  failed: 'M8 4.75v3.75M8 11v.25',
  cancelled: 'm4.2 4.2 7.6 7.6',
  unknown: 'M6.3 6.2a1.75 1.75 0 1 1 2.6 1.6c-.6.3-.9.6-.9 1.2M8 11v.25',
}

export function StatusIcon({ status }: { status: ShownStatus }) {
  return (
    <svg
      className="jobcast-icon"
      data-status={status}
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
    >
      {status === 'failed' ? <path d="M8 1.6 15 14H1Z" /> : <circle cx="8" cy="8" r="6.25" />}
      <path className="jobcast-icon-mark" d={paths[status]} />
    </svg>
  )
}

export interface StatusBadgeProps {
  status: ShownStatus
  /** What the status is of: read out before the word. */
  of?: string | undefined
}

export function StatusBadge({ status, of }: StatusBadgeProps) {
  return (
    <span className="jobcast-badge" data-status={status} role="status">
      <StatusIcon status={status} />
      {of !== undefined && <span className="jobcast-unseen">{of}: </span>}
      <span>{words[status]}</span>
    </span>
  )
}
