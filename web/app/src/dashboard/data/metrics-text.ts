export interface Histogram {
  /** Upper bounds in ascending order with the count of all values up to each. */
  buckets: { upTo: number; count: number }[]
  sum: number
  count: number
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{([^}]*)\})?\s+(\S+)/

/** The values of one name in Prometheus text, by the value of one of their labels. */
export function readByLabel(text: string, name: string, label: string): Record<string, number> {
  const values: Record<string, number> = {}
  for (const each of samplesOf(text, name)) {
    const key = labelOf(each.labels, label)
    if (key !== null) values[key] = each.value
  }
  return values
}

/** Null where the text has no such histogram. */
export function readHistogram(text: string, name: string): Histogram | null {
  const buckets = samplesOf(text, `${name}_bucket`)
    .map(({ labels, value }) => ({
      upTo: Number((labelOf(labels, 'le') ?? '').replace('+Inf', 'Infinity')),
      count: value,
    }))
    .filter(({ upTo }) => !Number.isNaN(upTo))
    .sort((a, b) => a.upTo - b.upTo)
  const count = samplesOf(text, `${name}_count`)[0]?.value
  const sum = samplesOf(text, `${name}_sum`)[0]?.value
  if (buckets.length === 0 || count === undefined || sum === undefined) return null
  return { buckets, count, sum }
}

/** What came since the earlier reading; the later one itself where the server was started anew. */
export function since(earlier: Histogram | null, later: Histogram): Histogram {
  if (!earlier || earlier.count > later.count || earlier.buckets.length !== later.buckets.length) return later
  return {
    buckets: later.buckets.map(({ upTo, count }, index) => ({
      upTo,
      count: count - (earlier.buckets[index]?.count ?? 0),
    })),
    count: later.count - earlier.count,
    sum: later.sum - earlier.sum,
  }
}

/** The value that this part of all values does not exceed, as exactly as the buckets tell; null without values. */
export function quantile({ buckets, count }: Histogram, part: number): number | null {
  if (count === 0) return null
  const wanted = part * count
  let below = 0
  let from = 0
  for (const bucket of buckets) {
    if (bucket.count >= wanted) {
      if (!Number.isFinite(bucket.upTo)) return from
      const inBucket = bucket.count - below
      return inBucket === 0 ? bucket.upTo : from + ((bucket.upTo - from) * (wanted - below)) / inBucket
    }
    below = bucket.count
    from = bucket.upTo
  }
  return from
}

interface Sample {
  labels: string
  value: number
}

function samplesOf(text: string, name: string): Sample[] {
  const samples: Sample[] = []
  for (const each of text.split('\n')) {
    if (!each.startsWith(name)) continue
    const match = line.exec(each)
    if (match?.[1] === name) samples.push({ labels: match[2] ?? '', value: Number(match[3]) })
  }
  return samples
}

function labelOf(labels: string, name: string): string | null {
  return new RegExp(`(?:^|,)\\s*${name}="([^"]*)"`).exec(labels)?.[1] ?? null
}
