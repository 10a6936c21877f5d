import type { RunRecord } from '@runwell/core'
import uPlot from 'uplot'
import type { Quantiles } from '../../api/types.ts'
import { span, time } from '../format.ts'

const height = 140

export function drawDurations(
  box: HTMLElement,
  runs: readonly RunRecord[],
  { p50, p95 }: Quantiles,
): () => void {
  const oldestFirst = [...runs].reverse()
  const color = (name: string): string => {
    box.style.color = `var(${name})`
    return getComputedStyle(box).color
  }
  const points = (wanted: boolean): (number | null)[] =>
    oldestFirst.map((run) => ((run.outcome === 'succeeded') === wanted ? run.durationMs : null))
  const level = (value: number | undefined): (number | null)[] => oldestFirst.map(() => value ?? null)
  const axis = {
    stroke: color('--quiet'),
    grid: { stroke: color('--line') },
    ticks: { stroke: color('--line') },
  }
  const chart = new uPlot(
    {
      width: box.clientWidth,
      height,
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      axes: [
        {
          ...axis,
          space: 90,
          incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 21_600, 86_400, 604_800],
          values: (_, values) => values.map((at) => time(at * 1_000)),
        },
        { ...axis, size: 70, values: (_, values) => values.map(span) },
      ],
      padding: [8, 24, 0, 0], // without this, the newest point and the last label would be cut off
      series: [
        {},
        {
          label: 'succeeded',
          stroke: color('--healthy'),
          paths: () => null,
          points: { show: true, size: 7, fill: color('--healthy') },
        },
        {
          label: 'not succeeded',
          stroke: color('--unhealthy'),
          paths: () => null,
          points: { show: true, size: 7, fill: color('--unhealthy') },
        },
        { label: 'median', stroke: color('--quiet'), dash: [4, 4], points: { show: false } },
        { label: 'p95', stroke: color('--degraded'), dash: [4, 4], points: { show: false } },
      ],
    },
    [
      oldestFirst.map(({ startedAt }) => startedAt / 1_000),
      points(true),
      points(false),
      level(p50),
      level(p95),
    ],
    box,
  )
  const observer = new ResizeObserver(() => chart.setSize({ width: box.clientWidth, height }))
  observer.observe(box)
  return () => {
    observer.disconnect()
    chart.destroy()
  }
}
