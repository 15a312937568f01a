import { useCallback, useEffect, useRef, useState } from 'react'
import { ConnectionState } from '@jobcast/react'
import { PageHeader } from '../../shared/PageHeader.js'
import { useSignal } from '../../shared/signal.js'
import type { Dashboard } from '../data/dashboard.js'
import { ActivityCharts } from './ActivityCharts.js'
import { HandlersPanel } from './HandlersPanel.js'
import { JobDrawer } from './JobDrawer.js'
import { JobsPanel } from './JobsPanel.js'
import { ServerPanel } from './ServerPanel.js'
import { SignIn } from './SignIn.js'
import { Tiles } from './Tiles.js'

interface Notice {
  text: string
  failed: boolean
}

const noticeMs = 6_000

export function DashboardPage({ dashboard }: { dashboard: Dashboard }) {
  useEffect(() => dashboard.start(), [dashboard])
  const { phase, message } = useSignal(dashboard.connection)
  const [notice, tell] = useNotice()
  const denied = phase === 'denied'
  return (
    <div className="page dashboard">
      <PageHeader title="Dashboard" current="/admin/background-processing-sse">
        {message !== null && !denied && <p className="connection-message">{message}</p>}
        <span role="status">
          <ConnectionState phase={phase} />
        </span>
        <SignOut dashboard={dashboard} />
      </PageHeader>
      {denied ? (
        <SignIn dashboard={dashboard} reason={message} />
      ) : (
        <main className="dashboard-main">
          <Tiles dashboard={dashboard} />
          <ActivityCharts dashboard={dashboard} />
          <div className="dashboard-columns">
            <JobsPanel dashboard={dashboard} onNotice={tell} />
            <div className="dashboard-side">
              <HandlersPanel dashboard={dashboard} onNotice={tell} />
              <ServerPanel dashboard={dashboard} />
            </div>
          </div>
        </main>
      )}
      {!denied && <OpenJob dashboard={dashboard} onNotice={tell} />}
      <p className="notice-bar" role="status" data-failed={notice?.failed ?? false}>
        {!denied && notice?.text}
      </p>
    </div>
  )
}

function OpenJob({
  dashboard,
  onNotice,
}: {
  dashboard: Dashboard
  onNotice: (text: string, failed?: boolean) => void
}) {
  const { job } = useSignal(dashboard.url)
  if (job === null) return null
  const close = () => {
    dashboard.go({ job: null }, 'step')
    document.querySelector<HTMLElement>('[role="grid"]')?.focus()
  }
  return <JobDrawer dashboard={dashboard} id={job} onClose={close} onNotice={onNotice} />
}

/** Only where a token let this browser in is there anything to sign out of. */
function SignOut({ dashboard }: { dashboard: Dashboard }) {
  const session = useSignal(dashboard.session)
  if (!session?.admin_token_set || session.role !== 'admin') return null
  return (
    <button type="button" className="button" onClick={() => void dashboard.signOut()}>
      Sign out
    </button>
  )
}

function useNotice(): [Notice | null, (text: string, failed?: boolean) => void] {
  const [notice, setNotice] = useState<Notice | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const tell = useCallback((text: string, failed = false) => {
    clearTimeout(timer.current)
    setNotice({ text, failed })
    timer.current = setTimeout(() => setNotice(null), noticeMs)
  }, [])
  return [notice, tell]
}
