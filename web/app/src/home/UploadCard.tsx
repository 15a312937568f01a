import { formatBytes, StatusIcon, visibleName, type ShownStatus } from '@jobcast/react'
import type { FileList } from './file-list.js'
import { RemoveButton } from './RemoveButton.js'
import { isOver, type Upload, type UploadPhase } from './uploads/upload-queue.js'

const words: Record<UploadPhase, string> = {
  waiting: 'Waiting to upload',
  sending: 'Uploading',
  failed: 'Upload failed',
  refused: 'Rejected',
  cancelled: 'Upload cancelled',
}

const looks: Record<UploadPhase, ShownStatus> = {
  waiting: 'pending',
  sending: 'processing',
  failed: 'failed',
  refused: 'failed',
  cancelled: 'cancelled',
}

interface UploadCardProps {
  upload: Upload
  list: FileList
  onRemoved: () => void
}

export function UploadCard({ upload, list, onRemoved }: UploadCardProps) {
  const { file, phase, sentBytes, message } = upload
  const name = visibleName(file.name)
  const status = looks[phase]
  const over = isOver(phase)
  const percent = file.size === 0 ? 0 : Math.floor((sentBytes / file.size) * 100)
  return (
    <article className="jobcast-job" data-status={status}>
      <div className="jobcast-head">
        <h3 className="jobcast-name" title={name}>
          <bdi>{name}</bdi>
        </h3>
        <span className="jobcast-badge" data-status={status} role="status">
          <StatusIcon status={status} />
          <span className="jobcast-unseen">{name}: </span>
          <span>{words[phase]}</span>
        </span>
      </div>
      {!over && (
        <div className="jobcast-progress" data-status={status}>
          <progress max={100} value={percent} aria-label={`Upload of ${name}`} />
          <span className="jobcast-percent" aria-hidden="true">
            {percent} %
          </span>
        </div>
      )}
      {(phase === 'failed' || phase === 'refused') && <p className="jobcast-error">{message}</p>}
      <div className="jobcast-foot">
        <p className="jobcast-facts">
          {phase === 'waiting' && message !== null && <span className="jobcast-description">{message}</span>}
          <span>
            {phase === 'sending' && `${formatBytes(sentBytes)} of `}
            {formatBytes(file.size)}
          </span>
        </p>
        <div className="jobcast-trail">
          <UploadActions upload={upload} list={list} onRemoved={onRemoved} />
        </div>
      </div>
    </article>
  )
}

function UploadActions({ upload, list, onRemoved }: UploadCardProps) {
  const { key, file, phase } = upload
  const name = visibleName(file.name)
  return (
    <div className="actions">
      {isOver(phase) ? (
        <>
          {phase !== 'refused' && (
            <button
              type="button"
              className="button"
              aria-label={`Retry the upload of ${name}`}
              onClick={() => list.retryUpload(key)}
            >
              Retry
            </button>
          )}
          <RemoveButton
            filename={name}
            onRemove={() => {
              list.remove(key)
              onRemoved()
            }}
          />
        </>
      ) : (
        <button
          type="button"
          className="button"
          aria-label={`Cancel the upload of ${name}`}
          onClick={() => list.cancelUpload(key)}
        >
          Cancel
        </button>
      )}
    </div>
  )
}
