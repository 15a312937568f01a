import type { SteerAction } from '../data/dashboard.js'

interface SelectionBarProps {
  chosen: string
  /** All that match, those that are not loaded included. */
  all: boolean
  onAction: (action: SteerAction) => void
  onClear: () => void
}

/** Stands where the filters stood, so that the list does not move when a job is chosen. */
export function SelectionBar({ chosen, all, onAction, onClear }: SelectionBarProps) {
  return (
    <div className="filters" role="group" aria-label="Selected jobs">
      <p className="selection-count" role="status">
        {all ? `All ${chosen} that match` : `${chosen} selected`}
      </p>
      <button type="button" className="button" onClick={() => onAction('retry')}>
        Retry
      </button>
      <button type="button" className="button" onClick={() => onAction('cancel')}>
        Cancel
      </button>
      <button type="button" className="button" onClick={() => onAction('delete')}>
        Delete
      </button>
      <button type="button" className="button" onClick={onClear}>
        Clear selection
      </button>
    </div>
  )
}
