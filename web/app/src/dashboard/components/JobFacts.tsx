import type { ReactNode } from 'react'
import type { Job } from '@jobcast/react'
import { RelativeTime } from '../../shared/RelativeTime.js'
import { formatSpan, spanBetween } from '../../shared/times.js'

export function JobFacts({ job }: { job: Job }) {
  const waited = job.retry_count === 0 ? spanBetween(job.created_at, job.started_at) : null
  const took = spanBetween(job.started_at, job.processed_at)
  return (
    <dl className="facts">
      <Fact name="Id">
        <code>{job.id}</code>
      </Fact>
      <Fact name="Kind">{job.kind}</Fact>
      {job.file_type !== '' && <Fact name="Type">{job.file_type}</Fact>}
      <Fact name="Message">{job.status_description}</Fact>
      {job.progress !== null && <Fact name="Progress">{progressOf(job)}</Fact>}
      <Fact name="Retries">
        {job.retry_count} of {job.max_retries}
      </Fact>
      <Fact name="Created">
        <RelativeTime iso={job.created_at} />
      </Fact>
      {job.started_at && (
        <Fact name="Started">
          <RelativeTime iso={job.started_at} />
          {waited !== null && <span className="quiet"> after waiting {formatSpan(waited)}</span>}
        </Fact>
      )}
      {job.processed_at && (
        <Fact name="Ended">
          <RelativeTime iso={job.processed_at} />
          {took !== null && <span className="quiet"> after {formatSpan(took)}</span>}
        </Fact>
      )}
      {job.next_retry_at && job.status === 'pending' && (
        <Fact name="Next try">
          <RelativeTime iso={job.next_retry_at} />
        </Fact>
      )}
      <Fact name="Event">
        <code>{job.seq}</code>
      </Fact>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function progressOf(job: Job): string {
  const chunks =
    job.total_chunks === null ? '' : ` · ${job.processed_chunks ?? 0} of ${job.total_chunks} chunks`
  return `${job.progress ?? 0} %${chunks}`
}
