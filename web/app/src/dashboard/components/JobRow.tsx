import { memo } from 'react'
import { failureOf, visibleName, type Job } from '@jobcast/react'
import { RelativeTime } from '../../shared/RelativeTime.js'
import { statusWords } from '../../shared/status-words.js'
import { StatusMark } from '../../shared/StatusMark.js'
import { formatSpan, spanBetween } from '../../shared/times.js'

interface JobRowProps {
  job: Job
  index: number
  selected: boolean
  active: boolean
  open: boolean
}

/** Rendered again only when something of it changed: a job's object is replaced with each of its changes. */
export const JobRow = memo(function JobRow({ job, index, selected, active, open }: JobRowProps) {
  const name = visibleName(job.filename)
  const took = spanBetween(job.started_at, job.processed_at)
  return (
    <div
      id={rowId(index)}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className="job-row"
      data-index={index}
      data-active={active}
      data-open={open}
    >
      <span role="gridcell" className="cell-select">
        <input type="checkbox" tabIndex={-1} checked={selected} readOnly aria-label={`Select ${name}`} />
      </span>
      <span role="gridcell" className="cell-status">
        <StatusMark status={job.status} />
      </span>
      <span role="gridcell" className="cell-file" title={name}>
        <bdi>{name}</bdi>
      </span>
      <span role="gridcell" className="cell-kind">
        {job.kind}
      </span>
      <span role="gridcell" className="cell-progress">
        <RowProgress job={job} />
      </span>
      <span
        role="gridcell"
        className="cell-message"
        title={messageOf(job)}
        data-error={failureOf(job) !== null}
      >
        {messageOf(job)}
      </span>
      <span role="gridcell" className="cell-number">
        {took === null ? '' : formatSpan(took)}
      </span>
      <span role="gridcell" className="cell-time">
        <RelativeTime iso={job.updated_at} />
      </span>
      <span role="gridcell" className="cell-time cell-created">
        <RelativeTime iso={job.created_at} />
      </span>
    </div>
  )
})

export function rowId(index: number): string {
  return `job-row-${index}`
}

function RowProgress({ job }: { job: Job }) {
  if (job.progress === null || job.status === 'pending') return null
  return (
    <>
      <span className="bar" data-status={job.status} aria-hidden="true">
        <span style={{ width: `${job.progress}%` }} />
      </span>
      <span className="bar-text">{job.progress} %</span>
    </>
  )
}

function messageOf(job: Job): string {
  const text = failureOf(job) ?? job.status_description
  // The server's usual word for a state says no more than the state does.
  if (text === statusWords[job.status]) return ''
  return job.retry_count > 0 ? `${text} (retry ${job.retry_count} of ${job.max_retries})` : text
}
