import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '@jobcast/react/styles.css'
import '../shared/base.css'
import '../shared/controls.css'
import '../shared/token-form.css'
import './home.css'
import './list.css'
import { App } from './App.js'
import { FileList } from './file-list.js'

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App list={new FileList()} />
    </StrictMode>,
  )
}
