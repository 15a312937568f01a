import { useEffect, useState } from 'react'
import type { JobStatusName, JobSummary } from '@jobcast/react'
import { messageOf } from '../../shared/api.js'
import { ConfirmDialog, type Question } from '../../shared/ConfirmDialog.js'
import { useSignal } from '../../shared/signal.js'
import { statusNames, statusWords } from '../../shared/status-words.js'
import type { Dashboard, Outcome, SteerAction, Target } from '../data/dashboard.js'
import { isFiltering, noFilter, type Filter } from '../data/job-order.js'
import type { ListState } from '../data/job-list.js'
import type { LoadState } from '../data/page-loader.js'
import { JobGrid } from './JobGrid.js'
import { isEmpty, nothingSelected, type Selection } from './selection.js'
import { SelectionBar } from './SelectionBar.js'

interface JobsPanelProps {
  dashboard: Dashboard
  onNotice: (text: string, failed?: boolean) => void
}

export function JobsPanel({ dashboard, onNotice }: JobsPanelProps) {
  const list = useSignal(dashboard.list.state)
  const loading = useSignal(dashboard.list.loading)
  const summary = useSignal(dashboard.list.summary)
  const { filter } = useSignal(dashboard.url)
  const [selection, setSelection] = useState<Selection>(nothingSelected)
  const [question, setQuestion] = useState<Question | null>(null)
  useEffect(() => setSelection(nothingSelected), [filter])

  const count = countOf(filter, list, loading, summary)
  const chosen = selection.kind === 'all' ? count : selection.ids.size.toLocaleString('en')
  const act = async (action: SteerAction) => {
    const target: Target = selection.kind === 'all' ? { filter } : { ids: [...selection.ids] }
    try {
      onNotice(outcomeText(action, await dashboard.steer(action, target)))
      setSelection(nothingSelected)
      dashboard.list.refresh()
    } catch (error) {
      onNotice(messageOf(error), true)
    }
  }

  return (
    <section className="panel jobs-panel" aria-labelledby="jobs-heading">
      <div className="jobs-bar">
        <h2 id="jobs-heading">Jobs</h2>
        {isEmpty(selection) ? (
          <FilterBar dashboard={dashboard} />
        ) : (
          <SelectionBar
            chosen={chosen}
            all={selection.kind === 'all'}
            onClear={() => setSelection(nothingSelected)}
            onAction={(action) => setQuestion(questionFor(action, chosen, () => void act(action)))}
          />
        )}
      </div>
      <JobGrid dashboard={dashboard} list={list} selection={selection} onSelect={setSelection} />
      {list.rows.length === 0 && (
        <NoJobs
          loading={loading}
          filter={filter}
          onClear={() => dashboard.go({ filter: noFilter }, 'step')}
        />
      )}
      <Foot dashboard={dashboard} list={list} loading={loading} count={count} />
      <ConfirmDialog question={question} onClose={() => setQuestion(null)} />
    </section>
  )
}

function FilterBar({ dashboard }: { dashboard: Dashboard }) {
  const { filter } = useSignal(dashboard.url)
  const handlers = useSignal(dashboard.server.handlers)
  const kinds = [
    ...new Set([...(handlers ?? []).map(({ name }) => name), ...(filter.kind ? [filter.kind] : [])]),
  ]
  const narrow = (change: Partial<Filter>, step: 'step' | 'replace') =>
    dashboard.go({ filter: { ...filter, ...change } }, step)
  return (
    <div className="filters" role="search">
      <input
        type="search"
        className="filter-text"
        placeholder="Part of the file name"
        aria-label="Part of the file name"
        value={filter.text}
        onChange={(event) => narrow({ text: event.target.value }, 'replace')}
      />
      <select
        aria-label="Status"
        value={filter.status}
        onChange={(event) => narrow({ status: event.target.value as JobStatusName | '' }, 'step')}
      >
        <option value="">Any status</option>
        {statusNames.map((status) => (
          <option key={status} value={status}>
            {statusWords[status]}
          </option>
        ))}
      </select>
      <select
        aria-label="Kind"
        value={filter.kind}
        onChange={(event) => narrow({ kind: event.target.value }, 'step')}
      >
        <option value="">Any kind</option>
        {kinds.map((kind) => (
          <option key={kind}>{kind}</option>
        ))}
      </select>
      <button
        type="button"
        className="button"
        disabled={!isFiltering(filter)}
        onClick={() => narrow(noFilter, 'step')}
      >
        Clear
      </button>
    </div>
  )
}

interface FootProps {
  dashboard: Dashboard
  list: ListState
  loading: LoadState
  count: string
}

function Foot({ dashboard, list, loading, count }: FootProps) {
  return (
    <div className="jobs-foot">
      <p>
        {list.rows.length.toLocaleString('en')} of {count} shown
        {loading.busy && <span> · loading older ones…</span>}
      </p>
      {loading.error !== null && (
        <p className="foot-error">
          {loading.error}{' '}
          <button type="button" className="link" onClick={() => dashboard.list.retryLoading()}>
            Try again
          </button>
        </p>
      )}
      <p className="foot-held">
        {list.held && list.waiting > 0 && `Order held while you work here · ${list.waiting} changes wait`}
      </p>
    </div>
  )
}

function NoJobs({ loading, filter, onClear }: { loading: LoadState; filter: Filter; onClear: () => void }) {
  if (!loading.complete) return <p className="no-jobs">{loading.error === null ? 'Loading jobs…' : ''}</p>
  if (!isFiltering(filter)) {
    return (
      <p className="no-jobs">
        No jobs yet. <a href="/">Upload a file</a>, or send one:{' '}
        <code>curl -F file=@report.pdf …/api/jobs</code>
      </p>
    )
  }
  return (
    <p className="no-jobs">
      No job matches.{' '}
      <button type="button" className="link" onClick={onClear}>
        Show all
      </button>
    </p>
  )
}

/** How many jobs the filter finds, as exactly as is known. */
function countOf(filter: Filter, list: ListState, loading: LoadState, summary: JobSummary | null): string {
  const known = list.rows.length.toLocaleString('en')
  if (filter.kind !== '' || filter.text !== '') return loading.complete ? known : `${known}+`
  if (!summary) return known
  return (filter.status === '' ? summary.total_jobs : summary[`${filter.status}_jobs`]).toLocaleString('en')
}

const doneWords: Record<SteerAction, string> = { retry: 'retried', cancel: 'cancelled', delete: 'deleted' }

function outcomeText(action: SteerAction, { done, skipped }: Outcome): string {
  const text = `${done.toLocaleString('en')} ${done === 1 ? 'job' : 'jobs'} ${doneWords[action]}`
  if (skipped === 0) return `${text}.`
  return `${text}, ${skipped.toLocaleString('en')} skipped: their state does not allow it.`
}

function questionFor(action: SteerAction, count: string, onConfirm: () => void): Question {
  const jobs = `${count} ${count === '1' ? 'job' : 'jobs'}`
  const texts: Record<SteerAction, Omit<Question, 'onConfirm'>> = {
    retry: {
      title: `Retry ${jobs}?`,
      text: 'Those that failed or were cancelled run again from the start; all others are skipped.',
      confirm: 'Retry',
      dangerous: false,
    },
    cancel: {
      title: `Cancel ${jobs}?`,
      text: 'Those that wait or run are stopped; all others are skipped.',
      confirm: 'Cancel jobs',
      dangerous: true,
    },
    delete: {
      title: `Delete ${jobs}?`,
      text: 'Their files and results go with them, and can’t be brought back. Running jobs are skipped.',
      confirm: 'Delete',
      dangerous: true,
    },
  }
  return { ...texts[action], onConfirm }
}
