import { expect, it } from 'vitest'
import { Activity } from '../../src/dashboard/data/activity.js'
import { makeJob } from '../make-job.js'

const at = (second: number, ms = 0) => new Date(Date.UTC(2026, 10, 24, 10, 0, second, ms)).toISOString()
const now = Date.parse(at(60))

it('counts ends, failed attempts and waits in the second they happened', () => {
  const activity = new Activity()
  const waiting = makeJob({ created_at: at(10) })
  const running = makeJob({ created_at: at(10), status: 'processing', started_at: at(14), seq: 2 })
  const retried = makeJob({ ...running, status: 'pending', retry_count: 1, updated_at: at(20), seq: 3 })
  const done = makeJob({ ...retried, status: 'completed', processed_at: at(31), seq: 4 })
  activity.take(undefined, waiting)
  activity.take(waiting, running)
  activity.take(running, retried)
  activity.take(retried, done)
  activity.take(done, { ...done, seq: 5 })
  expect(activity.recent(now)).toEqual({ finishedLastMinute: 2, failedLastMinute: 1, waitMs: 4_000 })

  const { times, completed, failed, wait } = activity.series(now, 60, 10)
  expect(times).toEqual([10, 20, 30, 40, 50, 60].map((second) => Date.parse(at(second)) / 1000))
  expect(wait).toEqual([null, 4, null, null, null, null])
  expect(failed).toEqual([0, 0, 1, 0, 0, 0])
  expect(completed).toEqual([0, 0, 0, 0.1, 0, 0])
})

it('forgets what is older than the charts reach', () => {
  const activity = new Activity()
  activity.take(undefined, makeJob({ status: 'failed', processed_at: at(0) }))
  expect(activity.recent(Date.parse(at(30))).failedLastMinute).toBe(1)
  expect(activity.recent(Date.parse(at(61))).failedLastMinute).toBe(0)
})
