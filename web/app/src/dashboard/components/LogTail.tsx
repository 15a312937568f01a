import { useLayoutEffect, useRef } from 'react'

/** The end of what the handler wrote. It follows what comes, unless the reader has scrolled up. */
export function LogTail({ text }: { text: string | null }) {
  const box = useRef<HTMLPreElement>(null)
  const follows = useRef(true)
  useLayoutEffect(() => {
    const element = box.current
    if (element && follows.current) element.scrollTop = element.scrollHeight
  }, [text])
  if (text === null) return <p className="quiet">Loading…</p>
  if (text === '') return <p className="quiet">The handler wrote nothing.</p>
  return (
    <pre
      ref={box}
      className="log"
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label="Log"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        follows.current = scrollTop + clientHeight >= scrollHeight - 8
      }}
    >
      {text}
    </pre>
  )
}
