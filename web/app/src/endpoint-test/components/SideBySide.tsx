import { ConnectionState, formatBytes } from '@jobcast/react'
import { formatSpan } from '../../shared/times.js'
import type { Method, MethodFigures } from '../data/comparison.js'
import type { Findings, Watched } from '../data/experiment.js'

interface SideBySideProps {
  method: Watched
  findings: Findings
}

const methods: { method: Method; name: string }[] = [
  { method: 'sse', name: 'Live (SSE)' },
  { method: 'polling', name: 'Polling' },
]

const rows: { name: string; value: (figures: MethodFigures) => string }[] = [
  { name: 'Changes seen', value: ({ changes }) => changes.toLocaleString('en') },
  { name: 'Changes passed over', value: ({ missed }) => missed.toLocaleString('en') },
  { name: 'Delay, median', value: ({ medianDelay }) => spanOrDash(medianDelay) },
  { name: 'Delay, longest', value: ({ maxDelay }) => spanOrDash(maxDelay) },
  { name: 'Requests', value: ({ requests }) => requests.toLocaleString('en') },
  { name: 'Bytes received', value: ({ bytes }) => formatBytes(bytes) },
]

/** The same job by both methods: how late its changes came, and what that cost. */
export function SideBySide({ method: watched, findings }: SideBySideProps) {
  const shown = methods.filter(({ method }) => watched === 'both' || watched === method)
  return (
    <section className="panel bench-panel" aria-labelledby="compare-heading">
      <h2 id="compare-heading">Side by side</h2>
      <table className="figures-table">
        <thead>
          <tr>
            <td />
            {shown.map(({ method, name }) => (
              <th key={method} scope="col">
                {name}
                <span role="status">
                  <ConnectionState phase={findings.phases[method]} />
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, value }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {shown.map(({ method }) => (
                <td key={method}>{value(findings.figures[method])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet">
        A delay runs from the change on the server to its arrival here. Bytes are bodies and the header fields
        that a page may see.
      </p>
    </section>
  )
}

function spanOrDash(ms: number | null): string {
  return ms === null ? '–' : formatSpan(ms)
}
