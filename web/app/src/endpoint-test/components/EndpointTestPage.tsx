import { useEffect, useState } from 'react'
import { freshName } from '../../shared/driven-job.js'
import { PageHeader } from '../../shared/PageHeader.js'
import { PublishSignIn } from '../../shared/PublishSignIn.js'
import { useSignal } from '../../shared/signal.js'
import type { Experiment, Setup } from '../data/experiment.js'
import { Changes } from './Changes.js'
import { RawEvents } from './RawEvents.js'
import { SetupForm } from './SetupForm.js'
import { SideBySide } from './SideBySide.js'

export function EndpointTestPage({ experiment }: { experiment: Experiment }) {
  const findings = useSignal(experiment.findings)
  const running = useSignal(experiment.running)
  const error = useSignal(experiment.error)
  const locked = useSignal(experiment.locked)
  const [setup, setSetup] = useState<Setup>({
    filename: freshName('probe', 'bin'),
    endpoint: '/api/background-process',
    method: 'both',
    intervalMs: 2000,
  })
  useEffect(() => () => experiment.dispose(), [experiment])

  const change = (next: Partial<Setup>) => {
    const merged = { ...setup, ...next }
    setSetup(merged)
    if (running) experiment.start(merged)
  }

  return (
    <div className="page">
      <PageHeader title="Endpoint test" current="/admin/background-process-test" />
      <main className="bench">
        <SetupForm
          setup={setup}
          running={running}
          phase={findings.phases.sse}
          onChange={change}
          onStart={() => experiment.start(setup)}
          onStop={() => experiment.stop()}
          onMakeJob={() => void experiment.makeJob(setup)}
          onCut={(awayMs) => experiment.cutStream(awayMs)}
        />
        <p className="bench-error" role="alert">
          {error}
        </p>
        {locked && <PublishSignIn onSignedIn={() => void experiment.makeJob(setup)} />}
        <SideBySide method={setup.method} findings={findings} />
        <Changes method={setup.method} changes={findings.changes} />
        <RawEvents events={findings.raw} />
      </main>
    </div>
  )
}
