import { expect, it } from 'vitest'
import { formatSpan, relativeTime, shortSpan } from '../../src/shared/times.js'

it('says how long ago, or how soon', () => {
  const now = 1_000_000_000
  const said = [0, 12_000, 200_000, 3 * 3_600_000, 3 * 86_400_000].map((ago) => relativeTime(now - ago, now))
  expect(said).toEqual(['just now', '12 s ago', '3 min ago', '3 h ago', '3 d ago'])
  expect(relativeTime(now + 5_000, now)).toBe('in 5 s')
})

it('says a measured time as exactly as is useful', () => {
  const said = [-3, 4.4, 1_240, 45_000, 200_000, 7_500_000, 200_000_000].map(formatSpan)
  expect(said).toEqual(['0 ms', '4 ms', '1.24 s', '45.0 s', '3 min 20 s', '2 h 5 min', '2 d 7 h'])
  expect(shortSpan(45.2)).toBe('45 s')
})
