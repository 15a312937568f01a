import type { JobStatusName } from '@jobcast/react'
import { expect, it } from 'vitest'
import { timelineOf, type LogEvent } from '../../src/dashboard/data/timeline.js'

let seq = 0
const event = (status: JobStatusName, progress: number | null, attempt = 1): LogEvent => ({
  seq: (seq += 1),
  at: `2026-11-24T10:00:${String(seq).padStart(2, '0')}.000Z`,
  status,
  progress,
  message: `${status} ${progress ?? ''}`,
  attempt,
})

it('sums up progress reports that follow each other, attempt by attempt', () => {
  const steps = timelineOf([
    event('pending', null, 0),
    event('processing', 0),
    event('processing', 10),
    event('processing', 55),
    event('pending', null, 1),
    event('processing', 0, 2),
    event('completed', 100, 2),
  ])
  expect(steps.map(({ status, count, isProgress }) => [status, count, isProgress])).toEqual([
    ['pending', 1, false],
    ['processing', 1, false],
    ['processing', 2, true],
    ['pending', 1, false],
    ['processing', 1, false],
    ['completed', 1, false],
  ])
  expect(steps[2]).toMatchObject({ fromProgress: 10, toProgress: 55, message: 'processing 55' })
})
