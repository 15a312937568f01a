// @vitest-environment node
import { afterEach, expect, it, vi } from 'vitest'
import { backoffMs, createTimer } from '../src/core/timing.js'

const failures = [1, 2, 3, 4, 5, 6, 60]

afterEach(() => {
  vi.useRealTimers()
})

it('a backoff doubles its ceiling from 2 s to 30 s', () => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
  expect(failures.map(backoffMs)).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
})

it('a backoff is spread from 1 s up to its ceiling', () => {
  vi.spyOn(Math, 'random').mockReturnValue(0)
  expect(failures.map(backoffMs)).toEqual(failures.map(() => 1000))
})

it('a timer runs once, after it was set for the last time', () => {
  vi.useFakeTimers()
  const run = vi.fn()
  const timer = createTimer(run)
  timer.set(100)
  timer.set(200)
  vi.advanceTimersByTime(199)
  expect(run).not.toHaveBeenCalled()
  expect(timer.pending_()).toBe(true)
  vi.advanceTimersByTime(1)
  expect(run).toHaveBeenCalledOnce()
  expect(timer.pending_()).toBe(false)
  timer.set(10)
  timer.stop()
  vi.advanceTimersByTime(100)
  expect(run).toHaveBeenCalledOnce()
})
