import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '@jobcast/react/styles.css'
import '../shared/base.css'
import '../shared/controls.css'
import '../shared/token-form.css'
import './demo.css'
import { DemoPage } from './DemoPage.js'

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <DemoPage />
    </StrictMode>,
  )
}
