import { expect, it } from 'vitest'
import { quantile, readByLabel, readHistogram, since } from '../../src/dashboard/data/metrics-text.js'

const text = `# HELP delay_seconds A delay.
# TYPE delay_seconds histogram
delay_seconds_bucket{le="0.001"} 50
delay_seconds_bucket{le="0.002"} 90
delay_seconds_bucket{le="+Inf"} 100
delay_seconds_sum 0.5
delay_seconds_count 100
open_streams{kind="job"} 3
open_streams{kind="admin"} 1
open_streams_limit{kind="job"} 9
`

it('reads one name by a label', () => {
  expect(readByLabel(text, 'open_streams', 'kind')).toEqual({ job: 3, admin: 1 })
})

it('gives the quantiles of a histogram, and of what came since', () => {
  const histogram = readHistogram(text, 'delay_seconds')
  if (!histogram) throw new Error('there is a histogram')
  expect(quantile(histogram, 0.5)).toBeCloseTo(0.001)
  expect(quantile(histogram, 0.7)).toBeCloseTo(0.0015)
  expect(quantile(histogram, 0.99)).toBe(0.002)
  expect(quantile(since(histogram, histogram), 0.5)).toBeNull()
  expect(readHistogram(text, 'other_seconds')).toBeNull()
})
