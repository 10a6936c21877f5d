import type { Supervisor, Task } from '@runwell/core'
import { localTime } from '@runwell/core/adapter'
import { maxPerTask } from '../api/first-of-each.ts'
import type { DueRun, NextRuns } from '../api/types.ts'
import type { Redact } from '../feed/redact.ts'

const maxRuns = 2_000

export function nextRuns(supervisor: Supervisor, withinMs: number, redact: Redact): NextRuns {
  const now = supervisor.now()
  const untilAt = now + withinMs
  const due: DueRun[] = []
  for (const task of supervisor.tasks()) {
    for (const at of instantsOf(task, untilAt))
      due.push({
        task: task.name,
        at,
        local: localTime(at, task.info.schedule.timeZone),
        withheld: withheldBy(task, at, redact),
      })
  }
  const runs = due.sort((one, other) => one.at - other.at).slice(0, maxRuns)
  return { at: now, runs, leftOut: due.length - runs.length }
}

/** For schedules other than `every` and `cron`, only the next run is known. */
function instantsOf(task: Task, untilAt: number): readonly number[] {
  const next = task.nextRunAt ?? task.nextRestartAt
  if (next === undefined || next > untilAt) return []
  const { kind, periodMs } = task.info.schedule
  if (kind === 'cron') return task.nextSlots(maxPerTask).filter((at) => at <= untilAt)
  if (kind !== 'every' || periodMs === undefined || periodMs <= 0) return [next]
  const count = Math.min(maxPerTask, Math.floor((untilAt - next) / periodMs) + 1)
  return Array.from({ length: count }, (_, index) => next + index * periodMs)
}

function withheldBy(task: Task, at: number, redact: Redact): string | undefined {
  if (task.paused && at < (task.pausedUntil ?? Number.POSITIVE_INFINITY))
    return task.pauseReason === undefined ? 'paused' : `paused: ${redact(task.pauseReason, 'note')}`
  if (task.fleet?.isUp === false) return `${task.fleet.name} can't be used`
  if (task.fleet?.overruledBy !== undefined) return 'another process has a newer definition'
  // The next trial of a parked loop will start, so it is not withheld.
  if (task.state === 'parked' && task.nextRunAt === undefined) return undefined
  if (task.state === 'running' || task.state === 'waiting' || task.state === 'backing-off') return undefined
  return task.state
}
