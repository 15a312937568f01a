import { useEffect, useState, type RefObject } from 'react'

/** Rows made beside those in sight, so that a quick scroll does not show a gap. */
const overscan = 8

const rowsAtOnce = 4

export interface Window {
  first: number
  /** The one after the last. */
  end: number
  /** No window of this list is larger; at least 1. */
  size: number
}

/**
 * Which of `count` rows of one height are in sight of a scrolling element whose head stays in place. `scrolledTo` is
 * kept at its scroll position: to ask the element itself would make the browser lay the page out at once.
 */
export function useWindowed(
  scroller: RefObject<HTMLElement | null>,
  scrolledTo: { current: number },
  count: number,
  rowHeight: number,
  headHeight: number,
): Window {
  const [top, setTop] = useState(0)
  const [height, setHeight] = useState(0)
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const onScroll = () => {
      scrolledTo.current = element.scrollTop
      // Some rows at once: the window must not change with each pixel.
      setTop(Math.floor(scrolledTo.current / rowHeight / rowsAtOnce) * rowsAtOnce)
    }
    const resize = new ResizeObserver(([entry]) => {
      setHeight(Math.ceil(((entry?.contentRect.height ?? 0) - headHeight) / rowHeight) + rowsAtOnce)
    })
    onScroll()
    element.addEventListener('scroll', onScroll, { passive: true })
    resize.observe(element)
    return () => {
      element.removeEventListener('scroll', onScroll)
      resize.disconnect()
    }
  }, [scroller, scrolledTo, rowHeight, headHeight])

  const first = Math.max(0, Math.min(top, count) - overscan)
  return { first, end: Math.min(count, top + height + overscan), size: height + 2 * overscan + 1 }
}
