// @vitest-environment node
import { expect, it } from 'vitest'
import { createBackoff } from '../src/core/backoff.js'

it('doubles its ceiling from 2 s to 30 s', () => {
  const backoff = createBackoff(() => 1)
  expect(Array.from({ length: 7 }, () => backoff.next())).toEqual([
    2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
  ])
})

it('spreads its delays from 1 s up to the ceiling', () => {
  const backoff = createBackoff(() => 0)
  for (let failure = 0; failure < 40; failure += 1) expect(backoff.next()).toBe(1000)
})

it('starts over after a reset', () => {
  const backoff = createBackoff(() => 0.5)
  backoff.next()
  backoff.next()
  expect(backoff.failures()).toBe(2)
  backoff.reset()
  expect(backoff.failures()).toBe(0)
  expect(backoff.next()).toBe(1500)
})
