import { createFeed, type Feed, type Phase } from '@jobcast/react/core'
import { readDelta, readSnapshot, type Delta, type Snapshot } from './wire.js'

export const snapshotJobs = 500

export interface FeedSink {
  /** The newest event that is known now. */
  mark(): number
  onSnapshot(snapshot: Snapshot): void
  onDelta(delta: Delta): void
  onPhase(phase: Phase, message: string | null): void
}

/** The delta stream; while it is not there, repeated requests in its place. */
export function adminFeed(sink: FeedSink): Feed {
  let known = 0
  const take = (body: Record<string, unknown>, seq: number) => {
    const snapshot = readSnapshot(body, snapshotJobs, seq)
    if (snapshot) sink.onSnapshot(snapshot)
  }
  return createFeed({
    stream: `/api/sse/admin?updates=delta&limit=${snapshotJobs}`,
    events: ['status_update', 'job'],
    status: `/api/background-process?action=status&limit=${snapshotJobs}`,
    guard: '/metrics',
    onEvent({ name, data, lastEventId }) {
      const delta = name === 'job' && readDelta(data)
      if (delta) sink.onDelta(delta)
      else if (name === 'status_update') take(data, Number(lastEventId))
    },
    // What becomes known while the answer is on its way may be missing from it.
    onAsk: () => (known = sink.mark()),
    onAnswer: (body) => take(body, known),
    onPhase: (phase, message) => sink.onPhase(phase, message),
  })
}
