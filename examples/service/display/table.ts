import type { HealthStatus, TaskReport, TaskState } from '@runwell/core'
import { brief, clip, type Paint, pad, type Style } from './paint.ts'

interface Column {
  readonly title: string
  readonly width: number
  readonly align?: 'right'
  readonly text: (task: TaskReport, now: number) => string
  readonly style?: (task: TaskReport) => Style | undefined
}

const columns: readonly Column[] = [
  { title: 'TASK', width: 16, text: ({ name }) => name },
  { title: 'OWNER', width: 8, text: ({ owner }) => owner },
  { title: 'PRIORITY', width: 8, text: ({ priority }) => priority },
  { title: 'STATE', width: 11, text: stateText, style: ({ state }) => stateStyles[state] },
  { title: 'RUNS', width: 5, align: 'right', text: ({ runs }) => String(runs.started) },
  { title: 'ERRORS', width: 6, align: 'right', text: errorsText, style: errorsStyle },
  { title: 'P95', width: 6, align: 'right', text: ({ durationMs }) => orDash(durationMs.p95) },
  { title: 'NEXT', width: 6, align: 'right', text: nextText },
  { title: 'RESTARTS', width: 8, align: 'right', text: ({ runs }) => String(runs.restarts) },
]

const stateStyles: { readonly [State in TaskState]?: Style } = {
  running: 'cyan',
  'backing-off': 'yellow',
  parked: 'red',
  stuck: 'red',
  failed: 'red',
  finished: 'dim',
  stopped: 'dim',
}

const healthStyles: { readonly [Status in HealthStatus]: Style } = {
  healthy: 'green',
  unknown: 'dim',
  degraded: 'yellow',
  unhealthy: 'red',
}

export function tableLines(tasks: readonly TaskReport[], now: number, width: number, paint: Paint): string[] {
  const shown = columnsFor(width)
  const left = width - shown.reduce((sum, column) => sum + column.width + 1, 0)
  const head = shown.map((column) => pad(column.title, column.width, column.align)).join(' ')
  return [
    paint('dim', `${head} ${clip('HEALTH', Math.max(left, 6))}`),
    ...[...tasks].sort(byOwner).map((task) => {
      const cells = shown.map((column) => {
        const text = pad(column.text(task, now), column.width, column.align)
        const style = column.style?.(task)
        return style ? paint(style, text) : text
      })
      return `${cells.join(' ')} ${paint(healthStyles[task.health.status], clip(healthText(task), left))}`
    }),
  ]
}

function columnsFor(width: number): readonly Column[] {
  let shown = columns
  for (const title of ['OWNER', 'PRIORITY', 'P95', 'NEXT', 'RESTARTS', 'RUNS']) {
    if (shown.reduce((sum, column) => sum + column.width + 1, 12) <= width) break
    shown = shown.filter((column) => column.title !== title)
  }
  return shown
}

function byOwner(one: TaskReport, other: TaskReport): number {
  return one.owner.localeCompare(other.owner) || one.name.localeCompare(other.name)
}

function stateText({ state, paused }: TaskReport): string {
  return paused ? 'paused' : state
}

function healthText({ health }: TaskReport): string {
  const [worst] = health.reasons
  const flapping = health.flapping ? ' (flapping)' : ''
  return worst ? `${health.status}${flapping}: ${worst.reason}` : `${health.status}${flapping}`
}

function errorCount({ runs }: TaskReport): number {
  return runs.failed + runs.timedOut + runs.abandoned
}

function errorsText(task: TaskReport): string {
  return String(errorCount(task))
}

function errorsStyle(task: TaskReport): Style | undefined {
  return errorCount(task) > 0 ? 'yellow' : undefined
}

function nextText({ nextRunAt, nextRestartAt }: TaskReport, now: number): string {
  const next = nextRestartAt ?? nextRunAt
  return next === undefined ? '-' : brief(Math.max(0, next - now))
}

function orDash(ms: number | undefined): string {
  return ms === undefined ? '-' : brief(ms)
}
