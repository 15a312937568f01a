import { newestFirst, type Sort, type SortKey } from '../data/job-order.js'
import { isEmpty, nothingSelected, type Selection } from './selection.js'

interface Column {
  name: string
  className: string
  sort: SortKey | null
}

export const columns: Column[] = [
  { name: 'Status', className: 'cell-status', sort: 'status' },
  { name: 'File', className: 'cell-file', sort: 'filename' },
  { name: 'Kind', className: 'cell-kind', sort: 'kind' },
  { name: 'Progress', className: 'cell-progress', sort: 'progress' },
  { name: 'Message', className: 'cell-message', sort: null },
  { name: 'Took', className: 'cell-number', sort: 'duration' },
  { name: 'Changed', className: 'cell-time', sort: 'updated' },
  { name: 'Created', className: 'cell-time cell-created', sort: 'created' },
]

interface GridHeadProps {
  sort: Sort
  selection: Selection
  onSort: (sort: Sort) => void
  onSelect: (selection: Selection) => void
}

export function GridHead({ sort, selection, onSort, onSelect }: GridHeadProps) {
  const allSelected = selection.kind === 'all'
  return (
    <div role="row" aria-rowindex={1} className="job-row grid-head">
      <span role="columnheader" className="cell-select">
        <input
          type="checkbox"
          aria-label="Select all jobs that match"
          checked={allSelected}
          ref={(box) => {
            if (box) box.indeterminate = !allSelected && !isEmpty(selection)
          }}
          onChange={(event) => onSelect(event.target.checked ? { kind: 'all' } : nothingSelected)}
        />
      </span>
      {columns.map(({ name, className, sort: key }) => (
        <span
          key={name}
          role="columnheader"
          className={className}
          aria-sort={sort.key === key ? (sort.descending ? 'descending' : 'ascending') : undefined}
        >
          {key === null ? (
            name
          ) : (
            <button type="button" className="sort" onClick={() => onSort(nextSort(sort, key))}>
              {name}
              <span className="sort-mark" aria-hidden="true">
                {sort.key === key ? (sort.descending ? '↓' : '↑') : ''}
              </span>
            </button>
          )}
        </span>
      ))}
    </div>
  )
}

/** The usual direction first, then the other, then back to the newest first. */
function nextSort(sort: Sort, key: SortKey): Sort {
  const usual = !['filename', 'kind', 'status'].includes(key)
  if (sort.key !== key) return { key, descending: usual }
  if (sort.descending === usual) return { key, descending: !usual }
  return newestFirst
}
