import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { visibleName, type Job } from '@jobcast/react'
import { messageOf } from '../../shared/api.js'
import { CloseIcon } from '../../shared/CloseIcon.js'
import { ConfirmDialog, type Question } from '../../shared/ConfirmDialog.js'
import { useSignal } from '../../shared/signal.js'
import { StatusMark } from '../../shared/StatusMark.js'
import type { Dashboard, SteerAction } from '../data/dashboard.js'
import { JobDetails, type Details } from '../data/job-details.js'
import { JobFacts } from './JobFacts.js'
import { JobTimeline } from './JobTimeline.js'
import { LogTail } from './LogTail.js'
import { WhySentence } from './WhySentence.js'

interface JobDrawerProps {
  dashboard: Dashboard
  id: string
  onClose: () => void
  onNotice: (text: string, failed?: boolean) => void
}

/** One job with all that is known of it. It stands beside the list, which stays in use. */
export function JobDrawer({ dashboard, id, onClose, onNotice }: JobDrawerProps) {
  // Told of each change of the list; the job itself is looked up below.
  useSignal(dashboard.list.state)
  const known = dashboard.list.job(id)
  const details = useMemo(() => new JobDetails(id), [id])
  const told = useSignal(details.state)
  const heading = useRef<HTMLHeadingElement>(null)

  useEffect(() => {
    details.start()
    return () => details.stop()
  }, [details])
  const seq = known?.seq
  useEffect(() => {
    if (seq !== undefined) details.renew()
  }, [details, seq])
  useEffect(() => heading.current?.focus(), [id])

  const job = newer(known, told.job)
  const name = job ? visibleName(job.filename) : undefined
  return (
    <aside
      className="drawer"
      aria-label="Job"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
    >
      <header className="drawer-head">
        <h2 ref={heading} tabIndex={-1} title={name}>
          <bdi>{name ?? (told.gone ? 'Job' : 'Loading…')}</bdi>
        </h2>
        <button type="button" className="button button-icon" aria-label="Close" onClick={onClose}>
          <CloseIcon />
        </button>
      </header>
      {job && <Steering dashboard={dashboard} job={job} onNotice={onNotice} />}
      <div className="drawer-body" tabIndex={0} role="region" aria-label="Details">
        {told.gone && <p className="trouble">This job does not exist, or was deleted.</p>}
        {!told.gone && told.error !== null && <p className="trouble">{told.error}</p>}
        {job && <Sections job={job} told={told} />}
      </div>
    </aside>
  )
}

function newer(known: Job | undefined, told: Job | null): Job | null {
  if (!known || !told) return known ?? told
  return told.seq >= known.seq ? told : known
}

function Sections({ job, told }: { job: Job; told: Details }) {
  return (
    <>
      {told.why && !told.gone && (
        <Section title={job.status === 'pending' ? 'Why it waits' : 'How it goes'}>
          <p data-stalled={told.why.stalled} className="why">
            <WhySentence sentence={told.why.sentence} />
          </p>
        </Section>
      )}
      {job.error_message !== null && (
        <Section title="Error">
          <pre className="trouble">{job.error_message}</pre>
        </Section>
      )}
      <Section title="Facts">
        <JobFacts job={job} />
      </Section>
      <ResultSection job={job} told={told} />
      <Section title="Timeline">
        <JobTimeline events={told.events} />
      </Section>
      <Section title="Log">
        <LogTail text={told.log} />
      </Section>
    </>
  )
}

function ResultSection({ job, told }: { job: Job; told: Details }) {
  const result = told.job?.result ?? job.result
  if (job.status !== 'completed' && !result && told.job?.payload === undefined) return null
  return (
    <>
      {told.job?.payload !== undefined && told.job.payload !== null && (
        <Section title="Payload">
          <pre className="json">{JSON.stringify(told.job.payload, null, 2)}</pre>
        </Section>
      )}
      {job.status === 'completed' && (
        <Section title="Result">
          {result && <pre className="json">{JSON.stringify(result, null, 2)}</pre>}
          <a href={`/api/jobs/${job.id}/result`} target="_blank" rel="noopener">
            Open what the handler made
          </a>
        </Section>
      )}
    </>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="drawer-section">
      <h3>{title}</h3>
      {children}
    </section>
  )
}

interface SteeringProps {
  dashboard: Dashboard
  job: Job
  onNotice: (text: string, failed?: boolean) => void
}

function Steering({ dashboard, job, onNotice }: SteeringProps) {
  const [question, setQuestion] = useState<Question | null>(null)
  const [busy, setBusy] = useState(false)
  const act = async (action: SteerAction, done: string) => {
    setBusy(true)
    try {
      const { skipped } = await dashboard.steer(action, { ids: [job.id] })
      onNotice(skipped > 0 ? 'The job’s state does not allow it any more.' : done, skipped > 0)
      dashboard.list.refresh()
    } catch (error) {
      onNotice(messageOf(error), true)
    }
    setBusy(false)
  }
  const open = job.status === 'pending' || job.status === 'processing'
  return (
    <div className="drawer-steering">
      <StatusMark status={job.status} />
      <button
        type="button"
        className="button"
        disabled={busy || (job.status !== 'failed' && job.status !== 'cancelled')}
        onClick={() => void act('retry', 'The job runs again.')}
      >
        Retry
      </button>
      <button
        type="button"
        className="button"
        disabled={busy || !open}
        onClick={() => void act('cancel', 'The job is cancelled.')}
      >
        Cancel
      </button>
      <button
        type="button"
        className="button"
        disabled={busy || job.status === 'processing'}
        onClick={() =>
          setQuestion({
            title: `Delete ${visibleName(job.filename)}?`,
            text: 'Its file and its result go with it, and can’t be brought back.',
            confirm: 'Delete',
            dangerous: true,
            onConfirm: () => void act('delete', 'The job is deleted.'),
          })
        }
      >
        Delete
      </button>
      <ConfirmDialog question={question} onClose={() => setQuestion(null)} />
    </div>
  )
}
