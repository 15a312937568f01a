/** The last values of a measurement. */
export class RecentValues {
  private readonly values: number[] = []
  private next = 0

  constructor(private readonly capacity: number) {}

  add(value: number): void {
    this.values[this.next] = value
    this.next = (this.next + 1) % this.capacity
  }

  /** The value that this part of them does not exceed; null where there are none. */
  quantile(part: number): number | null {
    if (this.values.length === 0) return null
    const sorted = [...this.values].sort((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? null
  }
}
