import { connectionLabel } from './core/phase.js'
import type { Phase } from './core/types.js'

/** How the news comes in, as a dot and a word. */
export function ConnectionState({ phase }: { phase: Phase }) {
  return (
    <span className="jobcast-connection" data-phase={phase}>
      <span className="jobcast-dot" aria-hidden="true" />
      <span className="jobcast-unseen">Connection: </span>
      <span>{connectionLabel(phase)}</span>
    </span>
  )
}
