import { useState } from 'react'
import { messageOf } from '../../shared/api.js'
import { useSignal } from '../../shared/signal.js'
import { formatSpan } from '../../shared/times.js'
import type { Dashboard } from '../data/dashboard.js'
import type { Handler } from '../data/server-watch.js'

interface HandlersPanelProps {
  dashboard: Dashboard
  onNotice: (text: string, failed?: boolean) => void
}

/** What runs the jobs, and the switch that stops it from taking new ones. */
export function HandlersPanel({ dashboard, onNotice }: HandlersPanelProps) {
  const handlers = useSignal(dashboard.server.handlers)
  const [busy, setBusy] = useState<string | null>(null)

  const setPaused = async (name: string, paused: boolean) => {
    setBusy(name)
    try {
      await dashboard.server.setPaused(name, paused)
      onNotice(paused ? `${name} is paused: no new job of it starts.` : `${name} takes jobs again.`)
    } catch (error) {
      onNotice(messageOf(error), true)
    }
    setBusy(null)
  }

  return (
    <section className="panel side-panel" aria-labelledby="handlers-heading">
      <h2 id="handlers-heading">Handlers</h2>
      {handlers === null && <p className="quiet">Asking the server…</p>}
      {handlers?.length === 0 && <p className="quiet">No handler is configured.</p>}
      <ul className="handlers">
        {handlers?.map((handler) => (
          <li key={handler.name} data-paused={handler.paused}>
            <HandlerFacts handler={handler} />
            <button
              type="button"
              className="button"
              disabled={busy === handler.name}
              aria-label={`${handler.paused ? 'Resume' : 'Pause'} ${handler.name}`}
              onClick={() => void setPaused(handler.name, !handler.paused)}
            >
              {handler.paused ? 'Resume' : 'Pause'}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function HandlerFacts({ handler }: { handler: Handler }) {
  const limit = handler.concurrency === null ? '' : ` of ${handler.concurrency}`
  const mean = handler.mean_seconds === null ? null : formatSpan(handler.mean_seconds * 1000)
  return (
    <div className="handler-facts">
      <p className="handler-name">
        <span>{handler.name}</span>
        {handler.external && <span className="tag">external</span>}
        {handler.paused && <span className="tag tag-paused">❚❚ paused</span>}
      </p>
      <p className="quiet">
        {handler.running}
        {limit} running · {handler.waiting.toLocaleString('en')} waiting
      </p>
      <p className="quiet" title="Mean duration of the last attempts that completed">
        {mean === null ? 'none completed yet' : `${mean} each`}
      </p>
    </div>
  )
}
