import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { noFilter } from '../../src/dashboard/data/job-order.js'
import { PageLoader, type LoadState, type Page } from '../../src/dashboard/data/page-loader.js'
import { nthJob } from '../make-job.js'

let asked: string[]
let pages: Page[]
let state: LoadState | undefined
let failing: boolean
let loader: PageLoader

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  pages = []
  failing = false
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url)
    if (failing) throw new TypeError('no network')
    const cursor = Number(new URL(url, 'http://here').searchParams.get('cursor') ?? 3)
    const body = { jobs: [nthJob(cursor)], next_cursor: cursor > 1 ? String(cursor - 1) : null }
    return new Response(JSON.stringify(body))
  })
  loader = new PageLoader({
    mark: () => 7,
    onPage: (page) => pages.push(page),
    onState: (next) => (state = next),
  })
})

afterEach(() => {
  vi.useRealTimers()
})

it('loads as far as is wanted, and on from there', async () => {
  loader.restart(noFilter, 2)
  await vi.advanceTimersByTimeAsync(200)
  expect(pages.map(({ jobs, follows }) => [jobs[0]?.id, follows?.id])).toEqual([
    ['J0003', undefined],
    ['J0002', 'J0003'],
  ])
  expect(state).toMatchObject({ busy: false, complete: false })
  loader.want(9)
  await vi.advanceTimersByTimeAsync(1)
  expect(pages).toHaveLength(3)
  expect(state).toMatchObject({ complete: true })
})

it('asks once for a filter that is typed letter by letter', async () => {
  for (const text of ['r', 're', 'rep']) loader.restart({ ...noFilter, text }, 1)
  await vi.advanceTimersByTimeAsync(200)
  expect(asked).toEqual(['/api/jobs?limit=500&q=rep'])
})

it('tells a failure, and goes on when asked to', async () => {
  failing = true
  loader.restart(noFilter, 1)
  await vi.advanceTimersByTimeAsync(200)
  expect(state?.error).toBe('The server cannot be reached.')
  loader.want(50)
  expect(asked).toHaveLength(1)
  failing = false
  loader.retry()
  await vi.advanceTimersByTimeAsync(1)
  expect(state).toMatchObject({ error: null, complete: true })
})
