import { useEffect, useRef } from 'react'
import type uPlot from 'uplot'
import { clockTime } from '../../shared/times.js'
import { useMediaQuery } from '../../shared/use-media-query.js'

export interface ChartLine {
  name: string
  /** A token of the style sheet. */
  color: `--jobcast-${string}`
  shape: 'area' | 'line' | 'bars'
}

interface LineChartProps {
  lines: ChartLine[]
  /** The least value that the chart reaches up to: what is next to nothing must not look like much. */
  leastTop: number
  formatValue: (value: number) => string
  /** Said in place of the picture. */
  description: string
  /** Gives the newest values; asked once a second. */
  read: () => uPlot.AlignedData
  /** Charts of one key show the same moment under the pointer. */
  syncKey: string
}

/** A chart over time that moves on once a second. */
export function LineChart({ lines, leastTop, formatValue, description, read, syncKey }: LineChartProps) {
  const frame = useRef<HTMLDivElement>(null)
  const dark = useMediaQuery('(prefers-color-scheme: dark)')
  const latest = useRef({ lines, leastTop, formatValue, read })
  useEffect(() => {
    latest.current = { lines, leastTop, formatValue, read }
  })

  useEffect(() => {
    const place = frame.current
    if (!place) return
    let chart: uPlot | undefined
    let gone = false
    const show = () => chart?.setData(latest.current.read())
    const timer = setInterval(show, 1000)
    const resize = new ResizeObserver(() => chart?.setSize(sizeOf(place)))
    // The chart library is most of the page's code, and the table need not wait for it.
    void import('uplot').then(({ default: UPlot }) => {
      if (gone) return
      const { read } = latest.current
      chart = new UPlot(optionsFor(UPlot, place, { ...latest.current, syncKey }), read(), place)
      resize.observe(place)
    })
    return () => {
      gone = true
      clearInterval(timer)
      resize.disconnect()
      chart?.destroy()
    }
    // `dark`: the colours are read from the style sheet when the chart is made.
  }, [dark, syncKey])

  return <div className="chart" ref={frame} role="img" aria-label={description} />
}

function sizeOf(place: HTMLElement): { width: number; height: number } {
  return { width: place.clientWidth, height: place.clientHeight }
}

function optionsFor(
  UPlot: typeof uPlot,
  place: HTMLElement,
  { lines, leastTop, formatValue, syncKey }: Omit<LineChartProps, 'description' | 'read'>,
): uPlot.Options {
  const style = getComputedStyle(place)
  const token = (name: string) => style.getPropertyValue(name).trim()
  const font = `11px ${token('--jobcast-font')}`
  const axis = {
    font,
    stroke: token('--jobcast-ink-soft'),
    grid: { stroke: token('--jobcast-line'), width: 1 },
    ticks: { show: false },
  }
  return {
    ...sizeOf(place),
    padding: [8, 16, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: syncKey }, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: true },
      y: { range: (_chart, _low, high) => [0, niceTop(Math.max(high ?? 0, leastTop))] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 64,
        size: 20,
        gap: 4,
        values: (_chart, times) => times.map(hourAndMinute),
      },
      {
        ...axis,
        size: 48,
        gap: 4,
        space: 24,
        values: (_chart, values) => values.map(formatValue),
      },
    ],
    series: [
      {},
      ...lines.map(({ name, color, shape }): uPlot.Series => ({
        label: name,
        stroke: token(color),
        width: 1.5,
        points: { show: shape === 'line', size: 3 },
        spanGaps: shape === 'line',
        ...(shape === 'area' && { fill: token(`${color}-soft`) }),
        ...(shape === 'bars' && {
          fill: token(color),
          width: 0,
          ...(UPlot.paths.bars && { paths: UPlot.paths.bars({ size: [0.7, 12, 2] }) }),
        }),
      })),
    ],
  }
}

function hourAndMinute(seconds: number): string {
  const [hour, minute, second] = clockTime(seconds * 1000).split(/[:.]/)
  return second === '00' ? `${hour}:${minute}` : `${hour}:${minute}:${second}`
}

/** The chart must not jump with each new value: its top is 1, 2 or 5 times a power of ten. */
function niceTop(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  const step = [1, 2, 5, 10].find((each) => each * power >= least) ?? 10
  return step * power
}
