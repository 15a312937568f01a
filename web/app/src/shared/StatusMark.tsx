import { StatusIcon, type JobStatusName } from '@jobcast/react'
import { statusWords } from './status-words.js'

/** A job's state as colour, icon and word. Silent where the package's StatusBadge announces each change. */
export function StatusMark({ status }: { status: JobStatusName }) {
  return (
    <span className="status-mark" data-status={status}>
      <StatusIcon status={status} />
      <span>{statusWords[status]}</span>
    </span>
  )
}
