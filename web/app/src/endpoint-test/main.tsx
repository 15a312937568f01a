import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '@jobcast/react/styles.css'
import '../shared/base.css'
import '../shared/controls.css'
import '../shared/token-form.css'
import './endpoint-test.css'
import { EndpointTestPage } from './components/EndpointTestPage.js'
import { Experiment } from './data/experiment.js'

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <EndpointTestPage experiment={new Experiment()} />
    </StrictMode>,
  )
}
