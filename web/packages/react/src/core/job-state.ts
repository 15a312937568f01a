import { isMissing, isRefused, messageOf, type Answer } from './status-api.js'
import { connectionView } from './phase.js'
import { isIdKey } from './targets.js'
import { isFinal, type Job, type JobListView, type JobSummary, type Phase } from './types.js'

/** How news comes in. */
export interface LinkState {
  phase: Phase
  trouble: string | null
}

/** What is known of one target, and how the news of it comes in. */
export interface JobState extends LinkState {
  job: Job | null
  jobs: readonly Job[]
  summary: JobSummary | null
  error: string | null
  lastEventId: string | null
  /** The server has said something of it since it is watched. */
  answered_: boolean
  /** Nothing more will come: the job has ended or is gone. */
  settled_: boolean
  /** The server will never tell anything of it. */
  refused_: boolean
  /** The server's numbering may have changed, so that an older state may replace what is known. */
  loose_: boolean
}

/** What is shown before the server has answered. */
export type InitialData = Job | { jobs: readonly Job[]; summary: JobSummary | null }

export interface StreamEvent {
  name: string
  data: Record<string, unknown>
  /** Empty on events that bring none. */
  lastEventId: string
}

export const connecting: LinkState = { phase: 'connecting', trouble: null }

export const unknownState: JobState = {
  ...connecting,
  job: null,
  jobs: [],
  summary: null,
  error: null,
  lastEventId: null,
  answered_: false,
  settled_: false,
  refused_: false,
  loose_: false,
}

/** Watched anew: what is known stays in sight until the server says what is true now. */
export const anew = (state: JobState): JobState => ({
  ...state,
  ...connecting,
  error: null,
  answered_: false,
  settled_: false,
})

const told = (state: JobState, job: Job | null, settled: boolean, error: string | null = null): JobState => ({
  ...state,
  job,
  jobs: job ? [job] : [],
  error,
  answered_: true,
  settled_: settled,
  refused_: false,
  loose_: false,
})

/** `live`: told by the stream, whose numbered events leave out the job's place in the queue. */
export function withJob(state: JobState, job: Job, live?: boolean): JobState {
  const known = state.job
  if (known && !state.loose_ && !follows(known, job)) return state
  const same = live && known?.id === job.id && known.status === job.status
  return told(state, same ? keepPlace(known, job) : job, isFinal(job.status))
}

/** A name moves on to the newest job that bears it, and late news of an older one must not bring it back. */
function follows(known: Job, job: Job): boolean {
  return job.seq >= known.seq && (job.id === known.id || job.created_at >= known.created_at)
}

function keepPlace(known: Job, job: Job): Job {
  return {
    ...job,
    queue_position: job.queue_position ?? known.queue_position,
    eta_seconds: job.eta_seconds ?? known.eta_seconds,
  }
}

/** A snapshot of all jobs. */
export function withList(state: JobState, list: Record<string, unknown>): JobState {
  const known = new Map(state.jobs.map((job) => [job.id, job]))
  const jobs = (list.jobs as Job[]).map((job) => {
    const old = known.get(job.id)
    return old && old.seq > job.seq ? old : job
  })
  return { ...told(state, null, false), jobs, summary: list.summary as JobSummary }
}

export function withInitial(state: JobState, data: InitialData | undefined): JobState {
  const { answered_, settled_ } = state
  if (!data || answered_) return state
  if ('id' in data) return { ...withJob(state, data), answered_, settled_ }
  return state.summary ? state : { ...state, ...data }
}

/** `about`: the event names this target. `carried`: the stream that brought it carries this target. */
export function withEvent(
  state: JobState,
  key: string,
  { name, data, lastEventId }: StreamEvent,
  about: boolean,
  carried: boolean,
): JobState {
  const next = nextState(state, key, name, data, about, carried)
  return next === state || !lastEventId ? next : { ...next, lastEventId }
}

function nextState(
  state: JobState,
  key: string,
  name: string,
  data: Record<string, unknown>,
  about: boolean,
  carried: boolean,
): JobState {
  const known = state.job
  const job = data.job as Job | undefined
  const error = String(data.error)
  if (job) {
    const repeated = state.settled_ && known?.seq === job.seq
    return about && !repeated ? withJob(state, job, true) : state
  }
  if (name === 'deleted' && (known ? known.id === data.id : about)) {
    return told(state, null, true, 'The job was deleted.')
  }
  if (name === 'queue' && known?.id === data.id) return withPlace(state, data)
  if (data.type === 'job_not_found' && about) return told(state, null, isIdKey(key), error)
  if (!carried) return state
  if (data.jobs) return withList(state, data)
  if (name === 'gap') return { ...state, loose_: true, lastEventId: null }
  // One that names no job is about all of the stream.
  return name === 'error' && !(data.filename ?? data.id) ? { ...state, error } : state
}

export function withAnswer(state: JobState, key: string, answer: Answer): JobState {
  const { body } = answer
  if (isRefused(answer)) return { ...told(state, null, true, messageOf(answer)), refused_: true }
  // A name may still come to be, an id never; and what was there is gone.
  if (isMissing(answer)) return told(state, null, isIdKey(key) || !!state.job, messageOf(answer))
  if (body?.job) return withJob(state, body.job as Job)
  if (body?.jobs) return withList(state, body)
  return state.error || !state.answered_ ? { ...state, error: null, answered_: true } : state
}

/** Where the job stands in the queue is told beside its numbered events. */
function withPlace(
  state: JobState,
  { queue_position, eta_seconds, stalled }: Record<string, unknown>,
): JobState {
  const job = { ...state.job, queue_position, eta_seconds, stalled } as Job
  return { ...state, job, jobs: [job] }
}

export function viewOf(state: JobState, watched: boolean): JobListView {
  const { answered_, settled_, refused_, loose_, trouble, ...shown } = state
  const open = watched && !settled_
  const phase = open ? state.phase : !watched ? 'idle' : refused_ ? 'denied' : 'closed'
  const error = state.error ?? (open ? trouble : null)
  const connection = connectionView(phase)
  const known = !!(state.job ?? state.summary)
  return {
    ...shown,
    ...connection,
    error,
    loading: open && !answered_ && !known && !error,
    isStale: known && !settled_ && !(answered_ && connection.connectionStatus === 'connected'),
  }
}
