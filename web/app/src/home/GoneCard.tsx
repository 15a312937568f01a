import type { ReactNode } from 'react'
import { JobPanel, StatusIcon, visibleName } from '@jobcast/react'

/** A job that was deleted from the server: its name is all that is left. */
export function GoneCard({ filename, actions }: { filename: string; actions: ReactNode }) {
  return (
    <JobPanel
      job={null}
      name={filename}
      phase="closed"
      actions={<div className="actions">{actions}</div>}
      slots={{
        status: () => (
          <span className="jobcast-badge" data-status="cancelled" role="status">
            <StatusIcon status="cancelled" />
            <span className="jobcast-unseen">{visibleName(filename)}: </span>
            <span>Deleted</span>
          </span>
        ),
        facts: () => (
          <p className="jobcast-facts">
            <span className="jobcast-description">The job is not on the server any more.</span>
          </p>
        ),
        connection: () => null,
      }}
    />
  )
}
