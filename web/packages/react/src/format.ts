const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB']

export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1
  return `${value.toFixed(digits)} ${byteUnits[unit] ?? ''}`
}

export function formatCount(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ms`
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

/** How long something is expected to take still, as roughly as it is known. */
export function formatWait(seconds: number): string {
  if (seconds < 10) return 'A few seconds'
  if (seconds < 90) return `About ${Math.round(seconds / 10) * 10} s`
  const minutes = seconds / 60
  return minutes < 90 ? `About ${Math.round(minutes)} min` : `About ${Math.round(minutes / 60)} h`
}

/**
 * A name with the characters that turn the direction of text made visible: else a file could be shown under another
 * name than its own.
 */
export function visibleName(name: string): string {
  return name.replace(
    /[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g,
    (char) => `[U+${char.charCodeAt(0).toString(16).toUpperCase()}]`,
  )
}
