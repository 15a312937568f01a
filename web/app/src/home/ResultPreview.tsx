import { useEffect, useState } from 'react'
import { visibleName } from '@jobcast/react'
import { messageOf } from '../shared/api.js'
import { loadPreview, type Preview } from './result-preview.js'

/** The beginning of what was made of a file. */
export function ResultPreview({ address, filename }: { address: string; filename: string }) {
  const [preview, setPreview] = useState<Preview | null>(null)
  const [error, setError] = useState<string | null>(null)
  useEffect(() => {
    const request = new AbortController()
    loadPreview(address, request.signal)
      .then(setPreview)
      .catch((cause: unknown) => {
        if (!request.signal.aborted) setError(messageOf(cause))
      })
    return () => request.abort()
  }, [address])

  if (error !== null) return <p className="preview-note">{error}</p>
  if (preview === null) return <p className="preview-note">Loading the preview…</p>
  if (preview.kind === 'none') return <p className="preview-note">{preview.reason}</p>
  if (preview.text === '') return <p className="preview-note">The result is empty.</p>
  return (
    <>
      <pre
        className="preview"
        tabIndex={0}
        role="region"
        aria-label={`Beginning of the text of ${visibleName(filename)}`}
      >
        {preview.text}
      </pre>
      {preview.more && (
        <p className="preview-note">
          This is the beginning.{' '}
          <a href={address} target="_blank" rel="noopener">
            View all of it
          </a>
        </p>
      )}
    </>
  )
}
