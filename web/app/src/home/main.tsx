import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '@jobcast/react/styles.css'
import './styles/page.css'
import './styles/list.css'
import { App } from './App.js'
import { FileList } from './list/file-list.js'

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App list={new FileList()} />
    </StrictMode>,
  )
}
