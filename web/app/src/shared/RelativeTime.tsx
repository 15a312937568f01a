import { useTextOfNow } from './server-clock.js'
import { exactTime, relativeTime } from './times.js'

/** How long ago, with the exact time on hover. */
export function RelativeTime({ iso }: { iso: string }) {
  const time = Date.parse(iso)
  const text = useTextOfNow((now) => relativeTime(time, now))
  return (
    <time dateTime={iso} title={exactTime(iso)}>
      {text}
    </time>
  )
}
