import { useCallback, useEffect, useState, type RefObject } from 'react'

/** Rows made beside those in sight, so that a quick scroll does not show a gap. */
const overscan = 8

const rowsAtOnce = 4

export interface Window {
  first: number
  /** The one after the last. */
  end: number
}

/** Which of `count` rows of one height are in sight of a scrolling element whose head stays in place. */
export function useWindowed(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  headHeight: number,
): Window {
  const [place, setPlace] = useState({ top: 0, height: 0 })
  const measure = useCallback(() => {
    const element = scroller.current
    if (!element) return
    // Some rows at once: the window must not change with each pixel.
    const top = Math.floor(element.scrollTop / rowHeight / rowsAtOnce) * rowsAtOnce
    const height = Math.ceil((element.clientHeight - headHeight) / rowHeight) + rowsAtOnce
    setPlace((old) => (old.top === top && old.height === height ? old : { top, height }))
  }, [scroller, rowHeight, headHeight])

  useEffect(() => {
    const element = scroller.current
    if (!element) return
    measure()
    element.addEventListener('scroll', measure, { passive: true })
    const resize = new ResizeObserver(measure)
    resize.observe(element)
    return () => {
      element.removeEventListener('scroll', measure)
      resize.disconnect()
    }
  }, [scroller, measure])

  const first = Math.max(0, Math.min(place.top, count) - overscan)
  return { first, end: Math.min(count, place.top + place.height + overscan) }
}
