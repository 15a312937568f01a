import { useEffect, useRef, useState } from 'react'
import { formatBytes } from '@jobcast/react'
import { useSignal } from '../shared/signal.js'
import { maxUploadBytes } from './server-limits.js'
import { droppedFiles, type Dropped } from './uploads/dropped-files.js'

export function DropZone({ onFiles }: { onFiles: (dropped: Dropped) => void }) {
  const over = useWholePageDrop(onFiles)
  const [inputKey, setInputKey] = useState(0)
  const maxBytes = useSignal(maxUploadBytes)
  return (
    <div className="drop-zone" data-over={over}>
      <input
        // A new input after each choice: else the same file chosen twice would tell no change.
        key={inputKey}
        id="files"
        className="drop-input"
        type="file"
        multiple
        onChange={(event) => {
          onFiles({ files: [...(event.target.files ?? [])], folders: [] })
          setInputKey((key) => key + 1)
        }}
      />
      <label htmlFor="files" className="drop-label">
        <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
          <path d="M12 15.5v-11M7.5 8.5 12 4l4.5 4.5M4 15.5v3a1.5 1.5 0 0 0 1.5 1.5h13a1.5 1.5 0 0 0 1.5-1.5v-3" />
        </svg>
        <span className="drop-text">
          <span className="drop-invitation">Drop files here</span> or{' '}
          <span className="drop-button">choose files</span>
        </span>
        <span className="drop-hint">
          PDF, text, Markdown, HTML, CSV or JSON
          {maxBytes !== null && `, up to ${formatBytes(maxBytes)} each`}
        </span>
      </label>
    </div>
  )
}

/** Files may be dropped anywhere: beside the zone the browser would leave the page and open them. */
function useWholePageDrop(onFiles: (dropped: Dropped) => void): boolean {
  const [over, setOver] = useState(false)
  const latest = useRef(onFiles)
  useEffect(() => {
    latest.current = onFiles
  }, [onFiles])

  useEffect(() => {
    let depth = 0
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      depth += 1
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      depth = Math.max(0, depth - 1)
      setOver(depth > 0)
    }
    const hover = (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault()
    }
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer || !carriesFiles(event)) return
      event.preventDefault()
      depth = 0
      setOver(false)
      latest.current(droppedFiles(event.dataTransfer))
    }
    const handlers = { dragenter: enter, dragleave: leave, dragover: hover, drop }
    for (const [name, handler] of Object.entries(handlers)) {
      window.addEventListener(name, handler as EventListener)
    }
    return () => {
      for (const [name, handler] of Object.entries(handlers)) {
        window.removeEventListener(name, handler as EventListener)
      }
    }
  }, [])
  return over
}
