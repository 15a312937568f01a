import type { KeyboardEvent, MouseEvent, RefObject } from 'react'
import type { Dashboard } from '../data/dashboard.js'
import type { Row } from '../data/job-table.js'
import { isEmpty, nothingSelected, withRange, withToggled, type Selection } from './selection.js'

/** Of the head that stays in place, in px. */
export const headHeight = 32

interface GridInputOptions {
  dashboard: Dashboard
  rows: readonly Row[]
  selection: Selection
  onSelect: (selection: Selection) => void
  scroller: RefObject<HTMLElement | null>
  /** -1 where no row is. */
  activeIndex: number
  setActive: (index: number) => void
  rowHeight: number
}

/** What keys do with the active row, and the pointer with any. */
export function useGridInput(options: GridInputOptions) {
  const { dashboard, rows, selection, onSelect, scroller, activeIndex, setActive, rowHeight } = options

  const activate = (index: number) => {
    const next = Math.max(0, Math.min(index, rows.length - 1))
    setActive(next)
    scrollIntoSight(scroller.current, next * rowHeight, rowHeight)
  }
  const open = (index: number) => {
    const row = rows[index]
    if (row) dashboard.go({ job: row.job.id }, 'step')
  }
  const toggle = (index: number) => {
    const row = rows[index]
    if (row) onSelect(withToggled(selection, row.job.id, rows))
  }
  const move = (to: number, selecting: boolean) => {
    activate(to)
    if (selecting) onSelect(withRange(selection, rows, Math.max(0, activeIndex), Math.max(0, to)))
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey || event.metaKey) return
    const to = targetOf(event.key, activeIndex, pageOf(scroller.current, rowHeight), rows.length)
    if (to !== null) move(to, event.shiftKey)
    else if (event.key === ' ') toggle(activeIndex)
    else if (event.key === 'Enter') open(activeIndex)
    else if (event.key === 'Escape' && !isEmpty(selection)) onSelect(nothingSelected)
    else if (event.key === 'a' && event.ctrlKey) onSelect({ kind: 'all' })
    else return
    event.preventDefault()
  }

  const onClick = (event: MouseEvent) => {
    const target = event.target as HTMLElement
    const index = Number(target.closest<HTMLElement>('[data-index]')?.dataset.index ?? -1)
    if (index < 0) return
    activate(index)
    if (event.shiftKey) onSelect(withRange(selection, rows, Math.max(0, activeIndex), index))
    else if (target.closest('.cell-select') || event.ctrlKey || event.metaKey) toggle(index)
    else open(index)
  }
  return { onKeyDown, onClick }
}

/** The row that a key goes to; null for a key that goes nowhere. */
function targetOf(key: string, from: number, page: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return from + 1
    case 'ArrowUp':
      return from - 1
    case 'PageDown':
      return from + page
    case 'PageUp':
      return from - page
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}

function pageOf(element: HTMLElement | null, rowHeight: number): number {
  return Math.max(1, Math.floor((element?.clientHeight ?? 0) / rowHeight) - 2)
}

function scrollIntoSight(element: HTMLElement | null, top: number, rowHeight: number): void {
  if (!element) return
  const sight = element.clientHeight - headHeight
  if (top < element.scrollTop) element.scrollTop = top
  else if (top + rowHeight > element.scrollTop + sight) element.scrollTop = top + rowHeight - sight
}
