import { useState, useSyncExternalStore } from 'react'
import { DropZone } from './components/DropZone.js'
import { FileCards } from './components/FileCards.js'
import type { FileList } from './list/file-list.js'
import type { Dropped } from './uploads/dropped-files.js'

export function App({ list }: { list: FileList }) {
  const entries = useSyncExternalStore(list.subscribe, list.snapshot)
  const [refused, setRefused] = useState<string[]>([])

  const take = ({ files, folders }: Dropped) => {
    setRefused(folders)
    if (files.length > 0) list.upload(files)
  }

  return (
    <div className="page">
      <header className="page-head">
        <img src="/favicon.svg" width="28" height="28" alt="" />
        <h1>jobcast</h1>
        <p>Upload documents and watch them being processed.</p>
      </header>
      <main>
        <DropZone onFiles={take} />
        <p className="notice" role="alert">
          {refused.length > 0 &&
            `Folders can’t be uploaded: ${refused.join(', ')}. Choose the files in them.`}
        </p>
        <FileCards entries={entries} list={list} />
      </main>
    </div>
  )
}
