import { expect, it } from 'vitest'
import { Comparison } from '../../src/endpoint-test/data/comparison.js'
import { makeJob } from '../make-job.js'

const changedAt = Date.parse('2026-11-24T10:00:00.000Z')
const job = (seq: number) => makeJob({ seq, status: 'processing', updated_at: '2026-11-24T10:00:00.000Z' })

it('sets the methods side by side, change by change', () => {
  const comparison = new Comparison()
  comparison.take('sse', job(1), changedAt + 5)
  comparison.take('sse', job(2), changedAt + 7)
  comparison.take('sse', job(3), changedAt + 9)
  comparison.take('polling', job(3), changedAt + 800)
  comparison.take('polling', job(3), changedAt + 2800)
  comparison.countRequest('polling')
  comparison.countBytes('polling', 400)
  expect(comparison.seen.map(({ seq, delay }) => [seq, delay.sse, delay.polling])).toEqual([
    [3, 9, 800],
    [2, 7, null],
    [1, 5, null],
  ])
  expect(comparison.figures('sse')).toMatchObject({
    changes: 3,
    missed: 0,
    medianDelay: 7,
    maxDelay: 9,
    requests: 0,
  })
  expect(comparison.figures('polling')).toMatchObject({
    changes: 1,
    missed: 2,
    maxDelay: 800,
    requests: 1,
    bytes: 400,
  })
})

it('does not call missed what may still come', () => {
  const comparison = new Comparison()
  comparison.take('polling', job(1), changedAt)
  comparison.take('sse', job(2), changedAt)
  expect(comparison.figures('polling').missed).toBe(0)
})
