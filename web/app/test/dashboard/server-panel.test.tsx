import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, it } from 'vitest'
import { ServerPanel } from '../../src/dashboard/components/ServerPanel.js'
import { Dashboard } from '../../src/dashboard/data/dashboard.js'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

it('has a row for each figure from the beginning, and a dash for what is not known', () => {
  const dashboard = new Dashboard()
  const container = document.createElement('div')
  const root = createRoot(container)
  act(() => root.render(<ServerPanel dashboard={dashboard} />))
  const rows = () => [...container.querySelectorAll('dl > div')].map((row) => row.textContent)
  const before = rows()
  expect(before).toContain('Dashboards open–')
  expect(before).toContain('Commit to socket–')

  const streams = { sse: 0, job: 2, all: 0, admin: 1 }
  act(() => dashboard.server.figures.set({ streams, commitToSocketMs: { median: 0.125, p99: 2 } }))
  expect(rows()).toContain('Dashboards open1')
  expect(rows()).toContain('Commit to socket0.13 ms · 2.00 ms')
  expect(rows()).toHaveLength(before.length)
  act(() => root.unmount())
})
