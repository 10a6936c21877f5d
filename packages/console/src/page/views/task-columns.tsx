import { nextAtOf } from '../../api/next-at.ts'
import type { TaskRow } from '../../api/types.ts'
import { count, relative, span, time } from '../format.ts'
import { FleetCell } from '../parts/fleet.tsx'
import { Sparkline } from '../parts/sparkline.tsx'
import { Health } from '../parts/status.tsx'
import { TaskLink } from '../parts/task-link.tsx'
import { When } from '../parts/when.tsx'
import { now } from '../state/now.ts'
import { ranks } from '../state/shown.ts'

export interface Column {
  readonly key: string
  readonly title: string
  readonly cell: (row: TaskRow) => preact.ComponentChildren
  readonly order?: (row: TaskRow) => number | string
}

export const columns: readonly Column[] = [
  {
    key: 'health',
    title: 'Health',
    cell: (row) => <Health status={row.health} />,
    order: (row) => ranks[row.health],
  },
  { key: 'name', title: 'Task', cell: (row) => <NameCell row={row} />, order: (row) => row.name },
  { key: 'recent', title: 'Last runs', cell: (row) => <Sparkline runs={row.recent} /> },
  { key: 'state', title: 'State', cell: (row) => <StateCell row={row} />, order: stateOf },
  {
    key: 'where',
    title: 'Last ran in',
    cell: (row) => <FleetCell of={row.fleet} />,
    order: (row) => row.fleet?.lastIn ?? '',
  },
  {
    key: 'next',
    title: 'Next run',
    cell: (row) => <When at={nextAtOf(row)} />,
    order: (row) => nextAtOf(row) ?? Number.MAX_VALUE,
  },
  {
    key: 'p95',
    title: 'p95',
    cell: (row) => (row.p95Ms === undefined ? '–' : span(row.p95Ms)),
    order: (row) => -(row.p95Ms ?? 0),
  },
  { key: 'runs', title: 'Runs', cell: (row) => count(row.started), order: (row) => -row.started },
  { key: 'failed', title: 'Failed', cell: (row) => count(failuresOf(row)), order: (row) => -failuresOf(row) },
  {
    key: 'error',
    title: 'Last error',
    cell: (row) => <span title={row.lastError}>{row.lastError ?? ''}</span>,
    order: (row) => -(row.lastFailureAt ?? 0),
  },
]

function failuresOf({ outcomes }: TaskRow): number {
  return outcomes.failed + outcomes['timed-out'] + outcomes.abandoned
}

function NameCell({ row }: { readonly row: TaskRow }) {
  return (
    <span class="name">
      <TaskLink task={row.name} />
      <small>
        {row.schedule} · {row.category} · {row.priority}
      </small>
    </span>
  )
}

export function stateOf(row: TaskRow): string {
  return row.paused ? 'paused' : row.state
}

function StateCell({ row }: { readonly row: TaskRow }) {
  const detail = stateDetail(row)
  return (
    <span class="name">
      {stateOf(row)}
      {stateTime(row)}
      <small title={detail}>{detail}</small>
    </span>
  )
}

function stateTime({ paused, pausedUntil, state, activeSince, nextRestartAt }: TaskRow): string {
  if (paused) return pausedUntil === undefined ? '' : ` until ${time(pausedUntil, now.value)}`
  if (state === 'parked' && nextRestartAt !== undefined)
    return `, retried ${relative(nextRestartAt, now.value)}`
  return activeSince === undefined ? '' : ` for ${span(Math.max(0, now.value - activeSince))}`
}

export function stateDetail({ paused, pausedBy, pauseReason, restartsLeft, state }: TaskRow): string {
  if (paused) return [pausedBy && `by ${pausedBy}`, pauseReason].filter(Boolean).join(': ')
  if (restartsLeft === undefined || state === 'parked') return ''
  return restartsLeft === 1 ? '1 restart left' : `${restartsLeft} restarts left`
}
