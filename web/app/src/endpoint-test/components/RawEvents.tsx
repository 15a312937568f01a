import { formatBytes, visibleName } from '@jobcast/react'
import { clockTime } from '../../shared/times.js'
import type { RawEvent } from '../data/probe.js'

const methodNames = { sse: 'SSE', polling: 'Poll' }

/** What came over the wire, as it came. */
export function RawEvents({ events }: { events: readonly RawEvent[] }) {
  return (
    <section className="panel bench-panel" aria-labelledby="raw-heading">
      <h2 id="raw-heading">Raw events</h2>
      <div
        className="bench-scroll bench-raw"
        tabIndex={0}
        role="region"
        aria-label="Raw events, the newest first"
      >
        {events.length === 0 ? (
          <p className="bench-empty">Nothing came yet.</p>
        ) : (
          <ol>
            {events.map((event) => (
              <li key={event.key} data-method={event.method}>
                <span className="raw-time">{clockTime(event.at)}</span>
                <span className="tag">{methodNames[event.method]}</span>
                <span className="raw-name">{event.name}</span>
                <span className="raw-id">{event.id !== null && `id ${event.id}`}</span>
                <span className="raw-bytes">{event.bytes > 0 && formatBytes(event.bytes)}</span>
                <details className="raw-text">
                  <summary>{visibleName(firstPart(event.text))}</summary>
                  <pre>{visibleName(indented(event.text))}</pre>
                </details>
              </li>
            ))}
          </ol>
        )}
      </div>
    </section>
  )
}

const firstPartLength = 160

function firstPart(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > firstPartLength ? `${line.slice(0, firstPartLength)}…` : line
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
