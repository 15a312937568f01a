import type { Target } from './targets.js'
import { isFinal, type Job } from './types.js'

/** What is known of one watched job. */
export interface TargetState {
  job: Job | null
  error: string | null
  /** The server has said something of it since it is watched. */
  answered: boolean
  /** Nothing more will come: the job has ended or is gone. */
  settled: boolean
  /** False once the server's numbering may have changed, so that `job` may be replaced by an older one. */
  seqCounts: boolean
}

export const unknownState: TargetState = {
  job: null,
  error: null,
  answered: false,
  settled: false,
  seqCounts: true,
}

export function concerns(target: Target, job: { id: unknown; filename: unknown }): boolean {
  return 'id' in target ? target.id === job.id : target.filename === job.filename
}

export function withJob(state: TargetState, job: Job): TargetState {
  if (state.job && state.seqCounts && !follows(state.job, job)) return state
  return { job, error: null, answered: true, settled: isFinal(job.status), seqCounts: true }
}

/** A name moves on to the newest job that bears it, and late news of an older one must not bring it back. */
function follows(known: Job, job: Job): boolean {
  if (job.seq < known.seq) return false
  return job.id === known.id || job.created_at >= known.created_at
}

/** No such job: a name may still come to be, an id never. */
export function withoutJob(target: Target, message: string): TargetState {
  return { ...unknownState, error: message, answered: true, settled: 'id' in target }
}

export function withDeleted(state: TargetState, id: unknown): TargetState {
  if (state.job && state.job.id !== id) return state
  return { ...unknownState, error: 'The job was deleted.', answered: true, settled: true }
}

export function withError(state: TargetState, message: string): TargetState {
  return { ...state, error: message, answered: true }
}

export function forgetSeq(state: TargetState): TargetState {
  return { ...state, seqCounts: false }
}

/** Watched anew: what is known stays in sight until the server says what is true now. */
export function watchedAnew(state: TargetState): TargetState {
  return { ...state, error: null, answered: state.job !== null, settled: false }
}
