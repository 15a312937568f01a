import { newestFirst, noFilter, sortKeys, type Filter, type Sort, type SortKey } from './job-order.js'

export const windowMinutes = [1, 5, 15] as const
export type WindowMinutes = (typeof windowMinutes)[number]

/** What of the dashboard can be bookmarked and sent to a colleague. */
export interface UrlState {
  filter: Filter
  sort: Sort
  /** The id of the job whose drawer is open. */
  job: string | null
  window: WindowMinutes
}

const statuses = ['pending', 'processing', 'completed', 'failed', 'cancelled'] as const

export function readUrl(search: string): UrlState {
  const parameters = new URLSearchParams(search)
  const status = parameters.get('status')
  const sort = parameters.get('sort') ?? ''
  const key = sort.replace(/^-/, '')
  const window = Number(parameters.get('window'))
  return {
    filter: {
      status: statuses.find((each) => each === status) ?? noFilter.status,
      kind: parameters.get('kind') ?? noFilter.kind,
      text: parameters.get('q') ?? noFilter.text,
    },
    sort: isSortKey(key) ? { key, descending: sort.startsWith('-') } : newestFirst,
    job: parameters.get('job'),
    window: windowMinutes.find((each) => each === window) ?? 5,
  }
}

/** Only what differs from the usual, so that the address stays short. */
export function writeUrl({ filter, sort, job, window }: UrlState): string {
  const parameters = new URLSearchParams()
  if (filter.status) parameters.set('status', filter.status)
  if (filter.kind) parameters.set('kind', filter.kind)
  if (filter.text) parameters.set('q', filter.text)
  if (sort.key !== newestFirst.key || !sort.descending) {
    parameters.set('sort', `${sort.descending ? '-' : ''}${sort.key}`)
  }
  if (window !== 5) parameters.set('window', String(window))
  if (job) parameters.set('job', job)
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

function isSortKey(key: string): key is SortKey {
  return (sortKeys as readonly string[]).includes(key)
}
