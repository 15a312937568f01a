import { useEffect, useRef, useState } from 'react'
import type { Job } from '@jobcast/react'
import { ApiError, messageOf } from '../shared/api.js'
import { PublishSignIn } from '../shared/PublishSignIn.js'
import { freshName, makeExternalJob, report, runJob, type Report } from '../shared/driven-job.js'

const steps = 40
const stepMs = 500
const missingName = 'no-such-file.pdf'

interface JobControlsProps {
  /** As it is seen by the hook. */
  job: Job | null
  onStart: (filename: string) => void
}

/** Starts jobs and moves them on; an error is told as a sentence. */
function useJobRunner(job: Job | null, onStart: (filename: string) => void) {
  const [error, setError] = useState<string | null>(null)
  const [locked, setLocked] = useState(false)
  const driver = useRef<AbortController | null>(null)
  useEffect(() => () => driver.current?.abort(), [])

  const begin = (): AbortSignal => {
    driver.current?.abort()
    setError(null)
    setLocked(false)
    return (driver.current = new AbortController()).signal
  }
  const start = async () => {
    const signal = begin()
    try {
      const made = await makeExternalJob(freshName('demo', 'bin'))
      onStart(made.filename)
      await runJob(made.id, steps, stepMs, signal)
    } catch (cause) {
      // Whoever has ended the job by another button has seen it.
      if (signal.aborted) return
      setError(messageOf(cause))
      setLocked(cause instanceof ApiError && cause.unauthorized)
    }
  }
  const tell = async (change: Report) => {
    if (!job) return
    begin()
    await report(job.id, change).catch((cause: unknown) => setError(messageOf(cause)))
  }
  const watchMissing = () => {
    begin()
    onStart(missingName)
  }
  return { error, locked, start, tell, watchMissing }
}

/** What a worker elsewhere would do with the job, as buttons. */
export function JobControls({ job, onStart }: JobControlsProps) {
  const { error, locked, start, tell, watchMissing } = useJobRunner(job, onStart)
  const open = job !== null && (job.status === 'pending' || job.status === 'processing')
  const running = job?.status === 'processing'
  const further = Math.min(99, (job?.progress ?? 0) + 10)
  return (
    <>
      <div className="demo-actions">
        <button type="button" className="button button-strong" onClick={() => void start()}>
          Start a job
        </button>
        <button
          type="button"
          className="button"
          disabled={!open}
          onClick={() => void tell({ status: 'processing', progress: further, message: 'Told by hand' })}
        >
          10 % further
        </button>
        <button
          type="button"
          className="button"
          disabled={!running}
          onClick={() => void tell({ status: 'completed', progress: 100, result: { by: 'hand' } })}
        >
          Complete it
        </button>
        <button
          type="button"
          className="button"
          disabled={!running}
          onClick={() => void tell({ status: 'failed', error: 'The demonstration was told to fail.' })}
        >
          Let it fail
        </button>
        <button type="button" className="button" onClick={watchMissing}>
          Watch a missing file
        </button>
      </div>
      <p className="demo-error" role="alert">
        {error}
      </p>
      {locked && <PublishSignIn onSignedIn={() => void start()} />}
    </>
  )
}
