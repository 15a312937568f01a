import { useEffect, useState, useSyncExternalStore } from 'react'
import { visibleName } from '@jobcast/react'
import { PageHeader } from '../shared/PageHeader.js'
import { PublishSignIn } from '../shared/PublishSignIn.js'
import { DropZone } from './DropZone.js'
import { FileCards } from './FileCards.js'
import { isLocked, type FileList } from './file-list.js'
import { readServerLimits } from './server-limits.js'
import type { Dropped } from './uploads/dropped-files.js'

export function App({ list }: { list: FileList }) {
  const entries = useSyncExternalStore(list.subscribe, list.snapshot)
  const [folders, setFolders] = useState<string[]>([])
  useEffect(() => void readServerLimits(), [])

  const take = ({ files, folders }: Dropped) => {
    setFolders(folders)
    if (files.length > 0) list.upload(files)
  }

  return (
    <div className="page">
      <PageHeader title="Files" current="/" />
      <main className="home">
        <DropZone onFiles={take} />
        <p className="notice" role="alert">
          {folders.length > 0 &&
            `Folders can’t be uploaded: ${folders.map(visibleName).join(', ')}. Choose the files in them.`}
        </p>
        {entries.some(isLocked) && <PublishSignIn onSignedIn={() => list.retryLocked()} />}
        <FileCards entries={entries} list={list} />
      </main>
    </div>
  )
}
