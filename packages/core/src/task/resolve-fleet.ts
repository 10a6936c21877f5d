import { InvalidOptionError } from '../base/errors.ts'
import type { TaskConfig } from '../kernel/state.ts'
import { every } from '../schedule/every.ts'
import type { Schedule } from '../schedule/schedule.ts'
import { rescheduled } from './resolve-task.ts'
import type { ResolvedTask } from './resolved.ts'

/** A busy process may need a while to claim a slot, so the default of `catchUp` is at least this long. */
const shortestCatchUpMs = 10_000

export function resolveFleetTask(task: ResolvedTask, fleet: string): ResolvedTask {
  if (task.info.scope !== 'service') return task
  const { name } = task.info
  if (task.paused !== false) {
    const expected =
      'left out for a task of a fleet, because each process that starts would pause it in all processes; call pause() in one process instead'
    throw new InvalidOptionError('paused', expected, task.paused, name)
  }
  const schedule = fleetSchedule(task.schedule, name)
  const shared = rescheduled({ ...task.info, fleet }, task.config, task.settings, schedule)
  return { ...task, ...shared, config: { ...shared.config, fleet: true } }
}

/** Returns a schedule that has the same slots in every process: `every` counts from 1970-01-01 UTC. */
export function fleetSchedule(given: Schedule, task?: string): Schedule {
  const schedule = withEqualSlots(given, task)
  const { policy } = schedule
  if (policy.catchUpGiven || policy.misfire === 'skip' || policy.catchUpMs >= shortestCatchUpMs)
    return schedule
  return { ...schedule, policy: { ...policy, catchUpMs: shortestCatchUpMs } }
}

function withEqualSlots(schedule: Schedule, task: string | undefined): Schedule {
  const { info, policy, slots } = schedule
  const { kind, periodMs } = info
  if (kind === 'cron' || kind === 'manual' || (kind === 'every' && slots?.timeline === 'wall'))
    return schedule
  if (kind !== 'every' || periodMs === undefined || policy.first === 'at-once') {
    const expected = `cron(…), every(…) without \`immediate\` and \`first: 'at-once'\`, or manual(), since the fleet runs it; with scope 'instance' each process runs it`
    throw new InvalidOptionError('schedule', expected, info.text, task)
  }
  const shared = every(periodMs, { anchor: 'epoch' })
  return { ...shared, policy: { ...policy, first: shared.policy.first, spreadMs: shared.policy.spreadMs } }
}

export function fingerprintOf({ info }: Schedule, config: TaskConfig): string {
  const { misfire, catchUpMs, overlap, limit } = config
  const all = typeof misfire === 'string' ? misfire : `all ${misfire.all}`
  return [info.text, overlap, limit, all, catchUpMs].join('; ')
}
