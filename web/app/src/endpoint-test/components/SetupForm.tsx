import { useEffect, useState } from 'react'
import type { Job, Phase } from '@jobcast/react'
import { requestJson } from '../../shared/api.js'
import { Choice } from '../../shared/Choice.js'
import { endpoints, type Setup, type Watched } from '../data/experiment.js'

interface SetupFormProps extends ActionsProps {
  setup: Setup
  onChange: (change: Partial<Setup>) => void
}

interface ActionsProps {
  running: boolean
  /** Of the stream. */
  phase: Phase
  onStart: () => void
  onStop: () => void
  onMakeJob: () => void
  onCut: (awayMs: number) => void
}

const methods: { value: Watched; label: string }[] = [
  { value: 'sse', label: 'Live (SSE)' },
  { value: 'polling', label: 'Polling' },
  { value: 'both', label: 'Both' },
]

const intervals = [500, 1000, 2000, 5000]
const shortCutMs = 1_000
const longCutMs = 5_000

export function SetupForm({ setup, onChange, ...actions }: SetupFormProps) {
  return (
    <section className="panel bench-setup" aria-labelledby="setup-heading">
      <h2 id="setup-heading">What is watched</h2>
      <div className="bench-fields">
        <FilenameField value={setup.filename} onChange={(filename) => onChange({ filename })} />
        <Choice
          name="endpoint"
          legend="Endpoint of the stream"
          value={setup.endpoint}
          options={endpoints.map((value) => ({ value, label: value }))}
          onChange={(endpoint) => onChange({ endpoint })}
        />
        <Choice
          name="method"
          legend="Method"
          value={setup.method}
          options={methods}
          onChange={(method) => onChange({ method })}
        />
        <label className="field">
          <span>Polls every</span>
          <select
            value={setup.intervalMs}
            onChange={(event) => onChange({ intervalMs: Number(event.target.value) })}
          >
            {intervals.map((ms) => (
              <option key={ms} value={ms}>
                {ms / 1000} s
              </option>
            ))}
          </select>
        </label>
      </div>
      <Actions {...actions} named={setup.filename !== ''} />
      <p className="quiet">
        The test job takes ten seconds and is run by this page. A broken stream comes back by itself with the
        id of the last event it saw, and the server sends what was missed.
      </p>
    </section>
  )
}

function Actions({
  running,
  phase,
  named,
  onStart,
  onStop,
  onMakeJob,
  onCut,
}: ActionsProps & { named: boolean }) {
  const canCut = running && phase === 'live'
  return (
    <div className="bench-actions">
      <button type="button" className="button button-strong" onClick={onMakeJob}>
        Run a test job
      </button>
      {running ? (
        <button type="button" className="button" onClick={onStop}>
          Stop watching
        </button>
      ) : (
        <button type="button" className="button" disabled={!named} onClick={onStart}>
          Watch
        </button>
      )}
      <button type="button" className="button" disabled={!canCut} onClick={() => onCut(shortCutMs)}>
        Break the stream
      </button>
      <button type="button" className="button" disabled={!canCut} onClick={() => onCut(longCutMs)}>
        Break it for 5 s
      </button>
    </div>
  )
}

/** Any name will do; those of the newest jobs are suggested. */
function FilenameField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [names, setNames] = useState<string[]>([])
  useEffect(() => {
    const request = new AbortController()
    requestJson<{ jobs: Job[] }>('/api/jobs?limit=50', { signal: request.signal })
      .then(({ jobs }) => setNames([...new Set(jobs.map((job) => job.filename))]))
      // Suggestions are a help and no more.
      .catch(() => undefined)
    return () => request.abort()
  }, [])
  return (
    <label className="field bench-filename">
      <span>File name</span>
      <input type="text" list="filenames" value={value} onChange={(event) => onChange(event.target.value)} />
      <datalist id="filenames">
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  )
}
