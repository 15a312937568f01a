import type { JobStatusName } from '@jobcast/react'

/** One entry of the event log of a job, as the server gives it. */
export interface LogEvent {
  seq: number
  at: string
  status: JobStatusName
  progress: number | null
  message: string
  attempt: number
}

/** One line of the timeline: a change of state, or a run of progress reports. */
export interface TimelineStep {
  /** The number of its first event. */
  seq: number
  status: JobStatusName
  attempt: number
  at: string
  lastAt: string
  /** How many events it sums up. */
  count: number
  message: string
  fromProgress: number | null
  toProgress: number | null
  /** It is nothing but progress of an attempt that an earlier step began. */
  isProgress: boolean
}

/** Progress reports that follow each other become one step, so that a job with thousands stays readable. */
export function timelineOf(events: readonly LogEvent[]): TimelineStep[] {
  const steps: TimelineStep[] = []
  let previous: LogEvent | undefined
  for (const event of events) {
    const isProgress =
      event.status === 'processing' && previous?.status === 'processing' && previous.attempt === event.attempt
    const step = steps[steps.length - 1]
    if (isProgress && step?.isProgress) {
      step.lastAt = event.at
      step.count += 1
      step.message = event.message
      step.toProgress = event.progress
    } else {
      steps.push(firstOf(event, isProgress))
    }
    previous = event
  }
  return steps
}

function firstOf(event: LogEvent, isProgress: boolean): TimelineStep {
  const { seq, status, attempt, at, message, progress } = event
  return {
    seq,
    status,
    attempt,
    at,
    lastAt: at,
    count: 1,
    message,
    fromProgress: progress,
    toProgress: progress,
    isProgress,
  }
}
