/** "just now", "12 s ago", "3 min ago", "in 5 s", "2 h ago", "3 d ago". */
export function relativeTime(timeMs: number, nowMs: number): string {
  const seconds = Math.round((nowMs - timeMs) / 1000)
  if (Math.abs(seconds) < 2) return 'just now'
  const span = shortSpan(Math.abs(seconds))
  return seconds > 0 ? `${span} ago` : `in ${span}`
}

/** "45 s", "12 min", "5 h", "3 d": as exactly as people say it. */
export function shortSpan(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} d`
}

/** A measured time: "4 ms", "320 ms", "1.24 s", "45 s", "3 min 20 s", "2 h 5 min". */
export function formatSpan(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  const seconds = ms / 1000
  if (seconds < 10) return `${seconds.toFixed(2)} s`
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

const exact = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'long',
})

/** Date and time with the zone, as the reader's language writes them. */
export function exactTime(iso: string): string {
  const time = Date.parse(iso)
  return Number.isNaN(time) ? iso : `${exact.format(time)} (${iso})`
}

/** "14:03:07.123", by the reader's clock. */
export function clockTime(timeMs: number): string {
  const date = new Date(timeMs)
  const two = (value: number) => String(value).padStart(2, '0')
  const fraction = String(date.getMilliseconds()).padStart(3, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${fraction}`
}

/** Milliseconds from one time to the other; null where either is missing. */
export function spanBetween(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null
  const span = Date.parse(to) - Date.parse(from)
  return Number.isNaN(span) ? null : Math.max(0, span)
}
