let asleep = false

/** Nobody looks at this page. */
export const isHidden = (): boolean => !!globalThis.document?.hidden

/** The browser has frozen this page or put it aside: nothing runs in it until it is resumed. */
export const isAsleep = (): boolean => asleep

/** Calls back for as long as the page lives, whenever it wakes, falls asleep, comes into sight or online again. */
export function onPageChange(listener: () => void): void {
  for (const type of ['online', 'visibilitychange', 'pageshow', 'resume', 'pagehide', 'freeze']) {
    const note = () => {
      asleep = /hide|freeze/.test(type) || (asleep && !/show|resume/.test(type))
      listener()
    }
    // Captured: some of them reach the document alone.
    globalThis.addEventListener?.(type, note, true)
  }
}
