import { StatusIcon, type JobStatusName, type JobSummary } from '@jobcast/react'
import { serverNow, useTextOfNow } from '../../shared/server-clock.js'
import { useSignal } from '../../shared/signal.js'
import { statusNames, statusWords } from '../../shared/status-words.js'
import { formatSpan } from '../../shared/times.js'
import type { Dashboard } from '../data/dashboard.js'

/** How many jobs there are in each state, and how things went in the last minute. */
export function Tiles({ dashboard }: { dashboard: Dashboard }) {
  const summary = useSignal(dashboard.list.summary)
  const { filter } = useSignal(dashboard.url)
  const choose = (status: JobStatusName | '') => {
    dashboard.go({ filter: { ...filter, status: filter.status === status ? '' : status } }, 'step')
  }
  return (
    <section className="tiles" aria-label="Summary">
      <StatusTile
        name="All jobs"
        count={summary?.total_jobs}
        pressed={filter.status === ''}
        onPress={() => choose('')}
      />
      {statusNames.map((status) => (
        <StatusTile
          key={status}
          name={statusWords[status]}
          status={status}
          count={summary?.[`${status}_jobs` satisfies keyof JobSummary]}
          pressed={filter.status === status}
          onPress={() => choose(status)}
        />
      ))}
      <RateTiles dashboard={dashboard} />
    </section>
  )
}

interface StatusTileProps {
  name: string
  status?: JobStatusName
  count: number | undefined
  pressed: boolean
  onPress: () => void
}

function StatusTile({ name, status, count, pressed, onPress }: StatusTileProps) {
  return (
    <button
      type="button"
      className="tile tile-button"
      data-status={status}
      aria-pressed={pressed}
      title={status ? `Show only jobs that are ${name.toLowerCase()}` : 'Show jobs in every state'}
      onClick={onPress}
    >
      <span className="tile-name">
        {status && <StatusIcon status={status} />}
        {name}
      </span>
      <span className="tile-value">{count === undefined ? '–' : count.toLocaleString('en')}</span>
    </button>
  )
}

function RateTiles({ dashboard }: { dashboard: Dashboard }) {
  const { activity } = dashboard.list
  const finished = useTextOfNow((now) => activity.recent(now).finishedLastMinute.toLocaleString('en'))
  const failed = useTextOfNow((now) => activity.recent(now).failedLastMinute.toLocaleString('en'))
  const wait = useTextOfNow(() => {
    const { waitMs } = activity.recent(serverNow())
    return waitMs === null ? '–' : formatSpan(waitMs)
  })
  return (
    <dl className="tile-rates">
      <RateTile name="Attempts ended" value={finished} title="Attempts that ended in the last minute" />
      <RateTile
        name="Failures"
        value={failed}
        title="Attempts that failed in the last minute, retried ones included"
      />
      <RateTile
        name="Queue wait"
        value={wait}
        title="Mean wait of the jobs that started in the last minute"
      />
    </dl>
  )
}

function RateTile({ name, value, title }: { name: string; value: string; title: string }) {
  return (
    <div className="tile" title={title}>
      <dt className="tile-name">
        {name} <span className="tile-span">60 s</span>
      </dt>
      <dd className="tile-value">{value}</dd>
    </div>
  )
}
