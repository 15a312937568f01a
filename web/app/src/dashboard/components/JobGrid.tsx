import { useEffect, useRef, useState } from 'react'
import { useSignal } from '../../shared/signal.js'
import { useMediaQuery } from '../../shared/use-media-query.js'
import type { Dashboard } from '../data/dashboard.js'
import type { ListState } from '../data/job-list.js'
import type { Row } from '../data/job-table.js'
import { columns, GridHead } from './GridHead.js'
import { JobRow, rowId } from './JobRow.js'
import { isSelected, type Selection } from './selection.js'
import { headHeight, useGridInput } from './use-grid-input.js'
import { useAnchor, useHold } from './use-steady-rows.js'
import { useWindowed, type Window } from './use-windowed.js'

const wideRowHeight = 34
const narrowRowHeight = 58
/** So many rows before the end of what is loaded, more is asked for. */
const reachAhead = 100

interface JobGridProps {
  dashboard: Dashboard
  list: ListState
  selection: Selection
  onSelect: (selection: Selection) => void
}

/** The jobs as a grid of which only the rows in sight exist. */
export function JobGrid({ dashboard, list, selection, onSelect }: JobGridProps) {
  const { rows } = list
  const { filter, sort, job: openId } = useSignal(dashboard.url)
  const scroller = useRef<HTMLDivElement>(null)
  const scrolledTo = useRef(0)
  const rowHeight = useMediaQuery('(max-width: 60rem)') ? narrowRowHeight : wideRowHeight
  const window = useWindowed(scroller, scrolledTo, rows.length, rowHeight, headHeight)
  const [active, setActive] = useState(-1)
  const activeIndex = Math.min(active, rows.length - 1)
  useEffect(() => dashboard.list.reach(window.end + reachAhead), [dashboard, window.end, rows.length])
  useAnchor(scroller, scrolledTo, dashboard, list, rowHeight, JSON.stringify([filter, sort]))
  const hold = useHold(dashboard)

  const { onKeyDown, onClick } = useGridInput({
    dashboard,
    rows,
    selection,
    onSelect,
    scroller,
    activeIndex,
    setActive,
    rowHeight,
  })

  return (
    <div
      ref={scroller}
      role="grid"
      className="job-grid"
      aria-label="Jobs"
      aria-multiselectable="true"
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={
        activeIndex >= window.first && activeIndex < window.end ? rowId(activeIndex) : undefined
      }
      tabIndex={0}
      onKeyDown={onKeyDown}
      {...hold.focus}
    >
      <GridHead
        sort={sort}
        selection={selection}
        onSort={(next) => dashboard.go({ sort: next }, 'replace')}
        onSelect={onSelect}
      />
      <div
        role="rowgroup"
        className="grid-rows"
        style={{ height: rows.length * rowHeight, paddingTop: window.first * rowHeight }}
        onClick={onClick}
        {...hold.pointer}
      >
        <VisibleRows {...{ rows, window, selection, activeIndex, openId }} />
      </div>
    </div>
  )
}

interface VisibleRowsProps {
  rows: readonly Row[]
  window: Window
  selection: Selection
  activeIndex: number
  openId: string | null
}

function VisibleRows({ rows, window, selection, activeIndex, openId }: VisibleRowsProps) {
  return rows.slice(window.first, window.end).map(({ job }, offset) => {
    const index = window.first + offset
    return (
      <JobRow
        // A row that leaves at one end becomes the one that comes at the other: to fill it anew costs less than to make it.
        key={index % window.size}
        job={job}
        index={index}
        selected={isSelected(selection, job.id)}
        active={index === activeIndex}
        open={job.id === openId}
      />
    )
  })
}
