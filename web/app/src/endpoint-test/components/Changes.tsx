import { StatusMark } from '../../shared/StatusMark.js'
import { clockTime, formatSpan } from '../../shared/times.js'
import type { ChangeSeen, Method } from '../data/comparison.js'
import type { Watched } from '../data/experiment.js'

interface ChangesProps {
  method: Watched
  changes: readonly ChangeSeen[]
}

/** Every change that either method brought, the newest first. */
export function Changes({ method, changes }: ChangesProps) {
  const longest = Math.max(1, ...changes.flatMap(({ delay }) => [delay.sse ?? 0, delay.polling ?? 0]))
  return (
    <section className="panel bench-panel" aria-labelledby="changes-heading">
      <h2 id="changes-heading">Changes</h2>
      <div className="bench-scroll" tabIndex={0} role="region" aria-label="Changes of the job">
        {changes.length === 0 ? (
          <p className="bench-empty">
            No change seen yet. Run a test job, or watch a file that is being processed.
          </p>
        ) : (
          <table className="changes-table">
            <thead>
              <tr>
                <th scope="col">Changed at</th>
                <th scope="col">Status</th>
                <th scope="col">Progress</th>
                {method !== 'polling' && <th scope="col">Live (SSE)</th>}
                {method !== 'sse' && <th scope="col">Polling</th>}
              </tr>
            </thead>
            <tbody>
              {changes.map((change) => (
                <tr key={change.seq}>
                  <td title={`Event ${change.seq}`}>{clockTime(change.changedAt)}</td>
                  <td>
                    <StatusMark status={change.status} />
                  </td>
                  <td>{change.progress === null ? '' : `${change.progress} %`}</td>
                  {method !== 'polling' && <Delay change={change} method="sse" longest={longest} />}
                  {method !== 'sse' && <Delay change={change} method="polling" longest={longest} />}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  )
}

function Delay({ change, method, longest }: { change: ChangeSeen; method: Method; longest: number }) {
  const delay = change.delay[method]
  if (delay === null) return <td className="quiet">not seen</td>
  return (
    <td className="delay" data-method={method}>
      <span className="delay-text">+{formatSpan(delay)}</span>
      <span className="delay-bar" aria-hidden="true">
        <span style={{ width: `${(delay / longest) * 100}%` }} />
      </span>
    </td>
  )
}
