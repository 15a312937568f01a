import { useRef } from 'react'
import { formatCount } from '@jobcast/react'
import { isFinished, type FileEntry, type FileList } from './file-list.js'
import { JobCard } from './JobCard.js'
import { UploadCard } from './UploadCard.js'

interface FileCardsProps {
  entries: readonly FileEntry[]
  list: FileList
}

export function FileCards({ entries, list }: FileCardsProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  // The button that was pressed is gone afterwards, and the focus must not go with it.
  const afterRemoval = () => heading.current?.focus()

  if (entries.length === 0) {
    return (
      <p className="empty">
        No files yet. What you upload appears here, and stays over a reload. All jobs of this server are on
        the <a href="/admin/background-processing-sse">dashboard</a>.
      </p>
    )
  }
  return (
    <section aria-labelledby="files-heading">
      <div className="list-head">
        <h2 id="files-heading" ref={heading} tabIndex={-1}>
          Files
        </h2>
        <p className="list-counts">{countsOf(entries)}</p>
        <button
          type="button"
          className="button"
          disabled={!entries.some(isFinished)}
          onClick={() => {
            list.clearFinished()
            afterRemoval()
          }}
        >
          Clear finished
        </button>
      </div>
      <ul className="list">
        {entries.map((entry) => (
          <li key={entry.key}>
            {entry.job ? (
              <JobCard entryKey={entry.key} job={entry.job} list={list} onRemoved={afterRemoval} />
            ) : (
              <UploadCard upload={entry.upload} list={list} onRemoved={afterRemoval} />
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function countsOf(entries: readonly FileEntry[]): string {
  const failed = entries.filter(
    ({ job, upload }) =>
      (job?.status === 'failed' && !job.gone) || upload?.phase === 'failed' || upload?.phase === 'refused',
  )
  const open = entries.filter((entry) => !isFinished(entry)).length
  const parts = [formatCount(entries.length, 'file', 'files')]
  if (open > 0) parts.push(`${open} in progress`)
  if (failed.length > 0) parts.push(`${failed.length} failed`)
  return parts.join(' · ')
}
