import { expect, it } from 'vitest'
import { newestFirst, noFilter } from '../../src/dashboard/data/job-order.js'
import { readUrl, writeUrl } from '../../src/dashboard/data/url-state.js'

it('says nothing of the usual', () => {
  const usual = { filter: noFilter, sort: newestFirst, job: null, window: 5 as const }
  expect(writeUrl(usual)).toBe('')
  expect(readUrl('')).toEqual(usual)
})

it('comes back from what it wrote', () => {
  const state = {
    filter: { status: 'failed' as const, kind: 'thumbnail', text: 'a b&c' },
    sort: { key: 'filename' as const, descending: false },
    job: '01J',
    window: 15 as const,
  }
  expect(readUrl(writeUrl(state))).toEqual(state)
})

it('takes the usual in place of what it does not know', () => {
  const { filter, sort, window } = readUrl('?status=lost&sort=-colour&window=7')
  expect([filter.status, sort, window]).toEqual(['', newestFirst, 5])
})
