import type { Job } from '@jobcast/react'

/** As far back as the charts can look. */
export const historySeconds = 15 * 60

interface Second {
  at: number
  completed: number
  failed: number
  waits: number
  waitMs: number
}

/** Three values for each step of time, as the chart takes them: seconds since the epoch, then one list a line. */
export interface ActivitySeries {
  times: number[]
  completed: number[]
  failed: number[]
  /** Mean wait in seconds of the jobs that started in this step; null where none did. */
  wait: (number | null)[]
}

export interface RecentFigures {
  finishedLastMinute: number
  failedLastMinute: number
  /** Mean of the last minute in ms; null where no job started. */
  waitMs: number | null
}

/** What happened in each of the last seconds, counted from the changes of the jobs. */
export class Activity {
  private readonly seconds: Second[] = Array.from({ length: historySeconds + 60 }, () => emptySecond(0))

  /** `before` is the job as it was known; undefined for one that was not. */
  take(before: Job | undefined, job: Job): void {
    if (job.processed_at && before?.processed_at !== job.processed_at) {
      const second = this.secondOf(job.processed_at)
      if (job.status === 'completed') second.completed += 1
      if (job.status === 'failed') second.failed += 1
    }
    if (before && job.status === 'pending' && job.retry_count > before.retry_count) {
      this.secondOf(job.updated_at).failed += 1
    }
    if (job.started_at && before?.started_at !== job.started_at && job.retry_count === 0) {
      const second = this.secondOf(job.started_at)
      second.waits += 1
      second.waitMs += Math.max(0, Date.parse(job.started_at) - Date.parse(job.created_at))
    }
  }

  recent(nowMs: number): RecentFigures {
    const now = Math.floor(nowMs / 1000)
    const minute = this.seconds.filter(({ at }) => at > now - 60 && at <= now)
    const sum = (value: (second: Second) => number) => minute.reduce((total, each) => total + value(each), 0)
    const waits = sum((each) => each.waits)
    const failed = sum((each) => each.failed)
    return {
      finishedLastMinute: sum((each) => each.completed) + failed,
      failedLastMinute: failed,
      waitMs: waits === 0 ? null : sum((each) => each.waitMs) / waits,
    }
  }

  /** Steps of `stepSeconds` that end before `nowMs`; rates are per second. */
  series(nowMs: number, windowSeconds: number, stepSeconds: number): ActivitySeries {
    const end = Math.floor(nowMs / 1000 / stepSeconds) * stepSeconds
    const steps = Math.floor(windowSeconds / stepSeconds)
    const series: ActivitySeries = { times: [], completed: [], failed: [], wait: [] }
    for (let step = steps; step > 0; step -= 1) {
      const from = end - step * stepSeconds
      const sum = this.sumOf(from, stepSeconds)
      series.times.push(from + stepSeconds)
      series.completed.push(sum.completed / stepSeconds)
      series.failed.push(sum.failed)
      series.wait.push(sum.waits === 0 ? null : sum.waitMs / sum.waits / 1000)
    }
    return series
  }

  private sumOf(from: number, length: number): Second {
    const sum = emptySecond(from)
    for (let at = from; at < from + length; at += 1) {
      const second = this.seconds[at % this.seconds.length]
      if (second?.at !== at) continue
      sum.completed += second.completed
      sum.failed += second.failed
      sum.waits += second.waits
      sum.waitMs += second.waitMs
    }
    return sum
  }

  private secondOf(iso: string): Second {
    const at = Math.floor(Date.parse(iso) / 1000)
    const index = at % this.seconds.length
    const known = this.seconds[index]
    if (known?.at === at) return known
    const fresh = emptySecond(at)
    // Older news than what the place holds now is beyond the history, and counts nowhere.
    if (!known || known.at < at) this.seconds[index] = fresh
    return fresh
  }
}

function emptySecond(at: number): Second {
  return { at, completed: 0, failed: 0, waits: 0, waitMs: 0 }
}
