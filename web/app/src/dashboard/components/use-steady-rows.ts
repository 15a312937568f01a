import { useLayoutEffect, useRef } from 'react'
import type { Dashboard } from '../data/dashboard.js'
import type { ListState } from '../data/job-list.js'

/** Rows must not move away under the pointer, nor from under the keyboard. */
export function useHold(dashboard: Dashboard) {
  const reasons = useRef(new Set<'pointer' | 'focus'>())
  const because = (reason: 'pointer' | 'focus', held: boolean) => {
    if (held) reasons.current.add(reason)
    else reasons.current.delete(reason)
    dashboard.list.hold(reasons.current.size > 0)
  }
  return {
    pointer: {
      onPointerEnter: (event: { pointerType: string }) => {
        if (event.pointerType === 'mouse') because('pointer', true)
      },
      onPointerLeave: () => because('pointer', false),
    },
    focus: {
      onFocus: (event: { currentTarget: HTMLElement }) => {
        because('focus', event.currentTarget.matches(':focus-visible'))
      },
      onBlur: () => because('focus', false),
    },
  }
}

/**
 * Whoever has scrolled down keeps the rows in sight where they are, whatever comes above them; under another filter or
 * order, `arrangement`, the list begins at its top again.
 */
export function useAnchor(
  scroller: { current: HTMLElement | null },
  scrolledTo: { current: number },
  dashboard: Dashboard,
  list: ListState,
  rowHeight: number,
  arrangement: string,
): void {
  const anchor = useRef<{ id: string; index: number; arrangement: string } | null>(null)
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const known = anchor.current
    const scrollTo = (top: number) => {
      element.scrollTop = top
      scrolledTo.current = top
    }
    if (known && known.arrangement !== arrangement) scrollTo(0)
    else if (known && scrolledTo.current > 0) {
      const index = dashboard.list.indexOf(known.id)
      if (index >= 0 && index !== known.index) {
        scrollTo(scrolledTo.current + (index - known.index) * rowHeight)
      }
    }
    const first = Math.floor(scrolledTo.current / rowHeight)
    const row = list.rows[first]
    anchor.current = row ? { id: row.job.id, index: first, arrangement } : null
  }, [scroller, scrolledTo, dashboard, list, rowHeight, arrangement])
}
