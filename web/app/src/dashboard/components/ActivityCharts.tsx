import type { ReactNode } from 'react'
import type uPlot from 'uplot'
import { Choice } from '../../shared/Choice.js'
import { serverNow, useTextOfNow } from '../../shared/server-clock.js'
import { useSignal } from '../../shared/signal.js'
import { formatSpan } from '../../shared/times.js'
import type { Activity, ActivitySeries } from '../data/activity.js'
import type { Dashboard } from '../data/dashboard.js'
import { windowMinutes, type WindowMinutes } from '../data/url-state.js'
import { LineChart, type ChartLine } from './LineChart.js'

/** So that each window is drawn with 60 or so steps. */
const stepSeconds: Record<WindowMinutes, number> = { 1: 1, 5: 5, 15: 15 }
const syncKey = 'activity'

const completedLine: ChartLine[] = [{ name: 'Completed', color: '--jobcast-completed', shape: 'area' }]
const waitLine: ChartLine[] = [{ name: 'Queue wait', color: '--jobcast-processing', shape: 'line' }]
const failedLine: ChartLine[] = [{ name: 'Failures', color: '--jobcast-failed', shape: 'bars' }]

/** What came of the jobs in the last minutes. */
export function ActivityCharts({ dashboard }: { dashboard: Dashboard }) {
  const { window } = useSignal(dashboard.url)
  const step = stepSeconds[window]
  const { activity } = dashboard.list
  const series = () => activity.series(serverNow(), window * 60, step)
  const span = `in the last ${window} minutes`
  return (
    <section className="charts" aria-label="Activity">
      <Chart
        title="Throughput"
        unit="completed a second"
        now={useTextOfNow((now) => ratePerSecond(activity, now))}
      >
        <LineChart
          lines={completedLine}
          leastTop={1}
          formatValue={formatRate}
          description={`Jobs completed a second ${span}`}
          syncKey={syncKey}
          read={() => columns(series(), 'completed')}
        />
      </Chart>
      <Chart
        title="Queue wait"
        unit="mean of the jobs that started"
        now={useTextOfNow((now) => meanWait(activity, now))}
      >
        <LineChart
          lines={waitLine}
          leastTop={0.1}
          formatValue={formatSeconds}
          description={`Mean wait in the queue ${span}`}
          syncKey={syncKey}
          read={() => columns(series(), 'wait')}
        />
      </Chart>
      <Chart
        title="Failures"
        unit={`failed attempts in ${step} s`}
        now={useTextOfNow((now) => failures(activity, now))}
        control={
          <WindowChoice value={window} onChange={(next) => dashboard.go({ window: next }, 'replace')} />
        }
      >
        <LineChart
          lines={failedLine}
          leastTop={2}
          formatValue={formatRate}
          description={`Failed attempts ${span}`}
          syncKey={syncKey}
          read={() => columns(series(), 'failed')}
        />
      </Chart>
    </section>
  )
}

function WindowChoice({
  value,
  onChange,
}: {
  value: WindowMinutes
  onChange: (next: WindowMinutes) => void
}) {
  return (
    <Choice
      name="window"
      legend="Time shown"
      quietLegend
      className="charts-window"
      value={value}
      options={windowMinutes.map((minutes) => ({ value: minutes, label: `${minutes} min` }))}
      onChange={onChange}
    />
  )
}

function columns(series: ActivitySeries, line: 'completed' | 'failed' | 'wait'): uPlot.AlignedData {
  return [series.times, series[line]]
}

interface ChartProps {
  title: string
  unit: string
  now: string
  control?: ReactNode
  children: ReactNode
}

function Chart({ title, unit, now, control, children }: ChartProps) {
  return (
    <div className="panel chart-panel">
      <div className="chart-head">
        <h2>{title}</h2>
        <p className="chart-unit">{unit}</p>
        <p className="chart-now" title="In the last minute">
          {now}
        </p>
        {control}
      </div>
      {children}
    </div>
  )
}

function ratePerSecond(activity: Activity, now: number): string {
  const { finishedLastMinute, failedLastMinute } = activity.recent(now)
  return `${formatRate((finishedLastMinute - failedLastMinute) / 60)} /s`
}

function meanWait(activity: Activity, now: number): string {
  const { waitMs } = activity.recent(now)
  return waitMs === null ? '–' : formatSpan(waitMs)
}

function failures(activity: Activity, now: number): string {
  return activity.recent(now).failedLastMinute.toLocaleString('en')
}

function formatRate(value: number): string {
  if (value === 0 || value >= 10) return Math.round(value).toLocaleString('en')
  return value >= 1 ? value.toFixed(1).replace(/\.0$/, '') : value.toPrecision(1)
}

function formatSeconds(value: number): string {
  if (value === 0) return '0'
  if (value < 1) return `${Math.round(value * 1000)} ms`
  return value < 90 ? `${value} s` : `${Math.round(value / 6) / 10} min`
}
