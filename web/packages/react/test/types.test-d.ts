import type { ComponentProps, ReactNode } from 'react'
import { describe, expectTypeOf, it } from 'vitest'
import DefaultJobStatus, {
  JobStatus,
  useBackgroundProcessSSE,
  useJobPolling,
  useJobSSE,
  type BackgroundProcess,
  type ConnectionStatus,
  type Job,
  type JobSummary,
  type ShownJob,
  type Transport,
  type WatchedJob,
} from '@jobcast/react'
import { createJobHub, jobHub, targetKey, type JobHub, type JobListView } from '@jobcast/react/core'

describe('hooks', () => {
  it('take what the contract names, and no more is needed', () => {
    expectTypeOf(useJobSSE).toBeCallableWith({ filename: 'a.pdf', enabled: true })
    expectTypeOf(useJobSSE).toBeCallableWith({ id: undefined, filename: undefined })
    expectTypeOf(useJobPolling).toBeCallableWith({ filename: 'a.pdf', interval: 1000, enabled: false })
    expectTypeOf(useBackgroundProcessSSE).toBeCallableWith()
    expectTypeOf(useBackgroundProcessSSE).toBeCallableWith({ filename: 'a.pdf', pollingFallback: false })
  })

  it('take where to ask, and whom to tell', () => {
    const common = {
      baseUrl: 'https://jobs.test',
      token: 'secret',
      interval: 500,
      onStatus: (job: Job) => void job.seq,
      onFinished: (job: Job) => void job.result,
    }
    const job = {} as Job
    expectTypeOf(useJobSSE).toBeCallableWith({ id: 'J1', ...common, initialData: job })
    expectTypeOf(useJobPolling).toBeCallableWith({ id: 'J1', ...common, initialData: job })
    const initialData = { jobs: [job], summary: null }
    expectTypeOf(useBackgroundProcessSSE).toBeCallableWith({ ...common, initialData })
  })

  it('refuse what they do not know', () => {
    // @ts-expect-error a misspelt option
    expectTypeOf(useJobSSE).toBeCallableWith({ fileName: 'a.pdf' })
    // @ts-expect-error all jobs are no one job
    expectTypeOf(useJobSSE).toBeCallableWith({ id: 'J1', initialData: { jobs: [], summary: null } })
    // @ts-expect-error milliseconds, not words
    expectTypeOf(useJobPolling).toBeCallableWith({ id: 'J1', interval: '1 s' })
  })

  it('return what the contract names', () => {
    expectTypeOf(useJobSSE).returns.toEqualTypeOf<WatchedJob>()
    expectTypeOf(useJobPolling).returns.toEqualTypeOf<WatchedJob>()
    expectTypeOf(useBackgroundProcessSSE).returns.toEqualTypeOf<BackgroundProcess>()
    expectTypeOf<WatchedJob>().toMatchTypeOf<{
      job: Job | null
      error: string | null
      loading: boolean
      connectionStatus: ConnectionStatus
      transport: Transport
      isStale: boolean
      lastEventId: string | null
      refetch: () => void
    }>()
    expectTypeOf<BackgroundProcess>().toMatchTypeOf<
      WatchedJob & { jobs: readonly Job[]; summary: JobSummary | null }
    >()
    expectTypeOf<ConnectionStatus>().toEqualTypeOf<'connecting' | 'connected' | 'disconnected' | 'error'>()
    expectTypeOf<Transport>().toEqualTypeOf<'sse' | 'polling' | 'none'>()
  })
})

it('a job knows its place in the queue', () => {
  expectTypeOf<Job>().toMatchTypeOf<{
    queue_position: number | null
    eta_seconds: number | null
    stalled: boolean
  }>()
})

it('JobStatus is the default, and has slots', () => {
  expectTypeOf(DefaultJobStatus).toEqualTypeOf(JobStatus)
  type Props = ComponentProps<typeof JobStatus>
  expectTypeOf<Props['method']>().toEqualTypeOf<'sse' | 'polling' | undefined>()
  expectTypeOf<Props['checkStatusEndpoint']>().toEqualTypeOf<string | undefined>()
  expectTypeOf<NonNullable<NonNullable<Props['slots']>['actions']>>().toEqualTypeOf<
    (shown: ShownJob) => ReactNode
  >()
  expectTypeOf<NonNullable<Props['children']>>().parameter(0).toEqualTypeOf<WatchedJob>()
})

it('the core needs no React', () => {
  expectTypeOf(jobHub).returns.toEqualTypeOf<JobHub>()
  expectTypeOf(createJobHub).toBeCallableWith('status', { baseUrl: 'https://jobs.test' })
  expectTypeOf(targetKey).toBeCallableWith({ filename: 'a.pdf' })
  expectTypeOf<JobHub['view']>().returns.toEqualTypeOf<JobListView | undefined>()
})
