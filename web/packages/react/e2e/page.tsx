import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { JobStatus, useBackgroundProcessSSE, useJobSSE } from '@jobcast/react'
import '@jobcast/react/styles.css'

const query = new URLSearchParams(location.search)

function Watched() {
  const { job, transport, connectionStatus, isStale } = useJobSSE({ id: query.get('id') ?? undefined })
  return (
    <output
      data-transport={transport}
      data-status={connectionStatus}
      data-stale={isStale}
      data-progress={job?.progress ?? ''}
      data-job={job?.status ?? ''}
    />
  )
}

function All() {
  const { summary, transport } = useBackgroundProcessSSE({ enabled: query.has('all') })
  return <output id="all" data-total={summary?.total_jobs ?? ''} data-transport={transport} />
}

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Watched />
      <All />
      <JobStatus id={query.get('id') ?? undefined} />
    </StrictMode>,
  )
}
