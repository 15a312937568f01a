import { unknownState, type JobState } from './job-state.js'
import type { Link } from './link.js'
import type { JobListView } from './types.js'

/** Someone who wants to know of a target: a component of this tab, or another tab. */
export interface Watcher {
  /** Milliseconds between polls; 0 where only the stream is wanted. */
  interval: number
  /** Missing where the watcher is another tab, which is told otherwise. */
  tell?: () => void
}

/** A target that is or was watched. */
export interface Watched {
  key: string
  watchers_: Set<Watcher>
  state: JobState
  /** What brings the news of it, where this tab asks for them itself. */
  carrier_?: Link | undefined
  /** Of the last answer of the JSON endpoint. */
  etag_?: string | null | undefined
  view?: JobListView
}

export const newWatched = (key: string): Watched => ({ key, watchers_: new Set(), state: unknownState })

/** News of it is wanted and may still come. */
export const isOpen = ({ watchers_, state }: Watched): boolean => watchers_.size > 0 && !state.settled_

/** The shortest interval that is wanted; 0: don't poll. */
export function intervalOf(watched: Iterable<Watched>): number {
  let shortest = 0
  for (const { watchers_ } of watched) {
    for (const { interval } of watchers_)
      if (interval && !(interval > shortest && shortest)) shortest = interval
  }
  return shortest
}
