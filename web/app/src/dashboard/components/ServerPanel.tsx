import { useTextOfNow } from '../../shared/server-clock.js'
import { useSignal } from '../../shared/signal.js'
import { formatSpan, shortSpan } from '../../shared/times.js'
import type { Dashboard } from '../data/dashboard.js'
import type { RecentValues } from '../data/recent-values.js'

const streamNames: Record<string, string> = {
  job: 'Streams of chosen jobs',
  all: 'Streams of all jobs',
  sse: 'Light streams',
  admin: 'Dashboards open',
}

/** Who is connected, and how fast news gets out. */
export function ServerPanel({ dashboard }: { dashboard: Dashboard }) {
  const { streams, commitToSocketMs } = useSignal(dashboard.server.figures)
  const startedAt = useSignal(dashboard.startedAt)
  const uptime = useTextOfNow((now) => (startedAt === null ? '–' : shortSpan((now - startedAt) / 1000)))
  const toHere = useTextOfNow(() => spread(dashboard.list.arrivalDelay))
  const committed = commitToSocketMs
    ? `${commitToSocketMs.median.toFixed(2)} ms · ${commitToSocketMs.p99.toFixed(2)} ms`
    : '–'
  return (
    <section className="panel side-panel" aria-labelledby="server-heading">
      <h2 id="server-heading">Server</h2>
      <dl className="figures">
        {Object.entries(streamNames).map(([kind, name]) => (
          <Figure key={kind} name={name} value={streams?.[kind]?.toLocaleString('en') ?? '–'} />
        ))}
        <Figure
          name="Commit to socket"
          value={committed}
          title="Median and 99th percentile: from the commit of a change until its last stream has it, as the server measures it"
        />
        <Figure
          name="Change to this page"
          value={toHere}
          title="Median and 99th percentile of the last 500 events: from the change to its arrival in this browser, as far as the clocks agree"
        />
        <Figure name="Up for" value={uptime} />
      </dl>
    </section>
  )
}

function spread(delay: RecentValues): string {
  const median = delay.quantile(0.5)
  const slowest = delay.quantile(0.99)
  return median === null || slowest === null ? '–' : `${formatSpan(median)} · ${formatSpan(slowest)}`
}

function Figure({ name, value, title }: { name: string; value: string; title?: string }) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
