import { useState } from 'react'
import { JobStatus, useJobPolling, useJobSSE } from '@jobcast/react'
import { Choice } from '../shared/Choice.js'
import { PageHeader } from '../shared/PageHeader.js'
import { ConnectionStates } from './ConnectionStates.js'
import { codeFor } from './code-sample.js'
import { HookValues } from './HookValues.js'
import { JobControls } from './JobControls.js'

export type Method = 'sse' | 'polling'

const methods: { value: Method; label: string }[] = [
  { value: 'sse', label: 'Live (SSE)' },
  { value: 'polling', label: 'Polling' },
]

export function DemoPage() {
  const [method, setMethod] = useState<Method>('sse')
  const [filename, setFilename] = useState<string | null>(null)
  const streamed = useJobSSE({
    filename: filename ?? undefined,
    enabled: method === 'sse' && filename !== null,
  })
  const polled = useJobPolling({
    filename: filename ?? undefined,
    interval: 1000,
    enabled: method === 'polling' && filename !== null,
  })
  const view = method === 'sse' ? streamed : polled

  return (
    <div className="page">
      <PageHeader title="Demo" current="/admin/sse-demo" />
      <main className="demo">
        <section className="panel demo-panel" aria-labelledby="live-heading">
          <div className="demo-head">
            <h2 id="live-heading">A live job</h2>
            <Choice
              name="method"
              legend="Method"
              quietLegend
              value={method}
              options={methods}
              onChange={setMethod}
            />
          </div>
          {filename === null ? (
            <p className="demo-empty">
              Start a job: this page then runs it step by step, and a card here follows it through the server.
            </p>
          ) : (
            <JobStatus filename={filename} method={method} />
          )}
          <JobControls job={view.job} onStart={setFilename} />
        </section>
        <section className="panel demo-panel" aria-labelledby="code-heading">
          <h2 id="code-heading">The code that does it</h2>
          <pre className="demo-code" tabIndex={0} role="region" aria-label="Code">
            {codeFor(method, filename ?? 'report.pdf')}
          </pre>
        </section>
        <section className="panel demo-panel" aria-labelledby="hook-heading">
          <h2 id="hook-heading">What the hook gives</h2>
          <HookValues view={view} />
        </section>
        <ConnectionStates phase={view.phase} />
      </main>
    </div>
  )
}
