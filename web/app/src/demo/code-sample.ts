import type { Method } from './DemoPage.js'

/** What a reader would write to get the card and the values of this page. */
export function codeFor(method: Method, filename: string): string {
  const hook = method === 'sse' ? 'useJobSSE' : 'useJobPolling'
  const options =
    method === 'sse' ? `{ filename: '${filename}' }` : `{ filename: '${filename}', interval: 1000 }`
  return `import { JobStatus, ${hook} } from '@jobcast/react'
import '@jobcast/react/styles.css'

// A ready card:
<JobStatus filename="${filename}" method="${method}" />

// Or your own, from the same data:
function Progress() {
  const { job, error, loading, connectionStatus } =
    ${hook}(${options})

  if (error) return <p>{error}</p>
  if (loading || !job) return <p>Loading…</p>
  return <p>{job.status}: {job.progress} %</p>
}`
}
