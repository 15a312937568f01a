import { visibleName } from '@jobcast/react'
import { CloseIcon } from '../shared/CloseIcon.js'

interface RemoveButtonProps {
  filename: string
  onRemove: () => void
}

export function RemoveButton({ filename, onRemove }: RemoveButtonProps) {
  return (
    <button
      type="button"
      className="button button-icon"
      aria-label={`Remove ${visibleName(filename)} from this list`}
      title="Remove from this list"
      onClick={onRemove}
    >
      <CloseIcon />
    </button>
  )
}
