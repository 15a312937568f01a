import { useMemo } from 'react'
import { StatusIcon } from '@jobcast/react'
import { statusWords } from '../../shared/status-words.js'
import { clockTime, exactTime, formatSpan } from '../../shared/times.js'
import { timelineOf, type LogEvent, type TimelineStep } from '../data/timeline.js'

/** What happened to the job, the oldest first. */
export function JobTimeline({ events }: { events: readonly LogEvent[] }) {
  const steps = useMemo(() => timelineOf(events), [events])
  if (steps.length === 0) return <p className="quiet">No event is left in the log.</p>
  return (
    <ol className="timeline">
      {steps.map((step, index) => (
        <li key={step.seq} data-status={step.status} data-progress={step.isProgress}>
          <StatusIcon status={step.status} />
          <div>
            <p>
              <span className="timeline-name">{nameOf(step)}</span>{' '}
              {step.attempt > 1 && <span className="tag">attempt {step.attempt}</span>}
            </p>
            {step.message !== '' && <p className="quiet timeline-message">{step.message}</p>}
          </div>
          <p className="timeline-time" title={`${exactTime(step.at)}, event ${step.seq}`}>
            {clockTime(Date.parse(step.at))}
            <span className="quiet">{sincePrevious(steps[index - 1], step)}</span>
          </p>
        </li>
      ))}
    </ol>
  )
}

function nameOf(step: TimelineStep): string {
  if (!step.isProgress) return statusWords[step.status]
  const range =
    step.toProgress === null
      ? 'Progress'
      : step.count === 1 || step.fromProgress === null
        ? `${step.toProgress} %`
        : `${step.fromProgress} to ${step.toProgress} %`
  return step.count === 1 ? range : `${range} in ${step.count} reports`
}

function sincePrevious(previous: TimelineStep | undefined, step: TimelineStep): string {
  if (!previous) return ''
  return `+${formatSpan(Date.parse(step.at) - Date.parse(previous.lastAt))}`
}
