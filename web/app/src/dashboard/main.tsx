import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '@jobcast/react/styles.css'
import '../shared/base.css'
import '../shared/controls.css'
import '../shared/token-form.css'
import 'uplot/dist/uPlot.min.css'
import './dashboard.css'
import './job-grid.css'
import './drawer.css'
import { DashboardPage } from './components/DashboardPage.js'
import { Dashboard } from './data/dashboard.js'

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <DashboardPage dashboard={new Dashboard()} />
    </StrictMode>,
  )
}
