import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { render } from '../../../packages/react/test/render.js'
import { WhySentence } from '../../src/dashboard/components/WhySentence.js'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-26T23:25:00.000Z') })
})

afterEach(() => {
  vi.useRealTimers()
})

it.each([
  [
    'The job runs since 2026-11-26T23:24:22.747Z and should end in about 12 s.',
    'The job runs (started 37 s ago) and should end in about 12 s.',
  ],
  [
    'The job runs since 2026-11-26T23:24:22.747Z; how long such jobs take is not known yet.',
    'The job runs (started 37 s ago); how long such jobs take is not known yet.',
  ],
  [
    'The last attempt failed; retry 1 of 3 starts at 2026-11-26T23:25:20.000Z, in 20 s.',
    'The last attempt failed; retry 1 of 3 starts in 20 s.',
  ],
  ['The job is scheduled for 2026-11-27T01:25:00.000Z, in 2 h.', 'The job is scheduled to start in 2 h.'],
  ['The job completed at 2026-11-26T23:20:00.000Z.', 'The job completed 5 min ago.'],
])('says %s with a relative time', (sentence, said) => {
  const { container, unmount } = render(<WhySentence sentence={sentence} />)
  expect(container.textContent).toBe(said)
  expect(container.querySelector('time')?.title).toContain(/[\d-]{10}T\S+Z/.exec(sentence)?.[0])
  unmount()
})

it('leaves a sentence without a time as it is', () => {
  const { container, unmount } = render(<WhySentence sentence="The job is next in line; 1 of 2 are busy." />)
  expect(container.textContent).toBe('The job is next in line; 1 of 2 are busy.')
  unmount()
})
