import { InvalidOptionError } from '../base/errors.ts'
import type { ScheduleInfo } from '../base/schedule-info.ts'
import type { TaskBehavior } from './options.ts'

interface Use {
  /** Whether a task with this schedule uses the value of the option. */
  readonly isUsed: (schedule: ScheduleInfo, options: TaskBehavior) => boolean
  /** What the error says the option must be: left out, and the cure. */
  readonly expected: (schedule: ScheduleInfo) => string
}

const isLoop = ({ restarts }: ScheduleInfo): boolean => restarts
const isNoLoop = ({ restarts }: ScheduleInfo): boolean => !restarts

/** The options that some kinds of tasks do not use. All other options have an effect on every task. */
const uses: { readonly [Name in keyof TaskBehavior]?: Use } = {
  max: {
    isUsed: (schedule, { overlap }) =>
      schedule.startedBy === 'spawn' || (isNoLoop(schedule) && typeof overlap === 'object'),
    expected: (schedule) =>
      isLoop(schedule)
        ? 'left out for a loop, which has one run at a time'
        : 'left out without `overlap: { parallel: n }`, because only one run is active at a time',
  },
  overlap: {
    isUsed: (schedule, { overlap }) => isNoLoop(schedule) || overlap === 'skip',
    expected: () =>
      "'skip' or left out for a loop, which has one run at a time; for several runs, register several loops",
  },
  restart: {
    isUsed: isLoop,
    expected: () => 'left out, because only loops are restarted; to repeat a failed run, use `retry`',
  },
  liveness: {
    isUsed: (schedule, { liveness }) => isLoop(schedule) || liveness === false,
    expected: () => 'false or left out, because only loops can be given up',
  },
  enabled: {
    isUsed: isNoLoop,
    expected: () => 'left out for a loop; use pause() and resume() instead',
  },
  // `reschedule()` can give any other task a schedule that uses `lastSlot`.
  lastSlot: {
    isUsed: isNoLoop,
    expected: () => 'left out for a loop, which has no slots',
  },
}

/** Whether a task with this schedule uses the value that `options` has for the option `name`. */
export function usesOption(name: string, options: TaskBehavior, schedule: ScheduleInfo): boolean {
  return uses[name as keyof TaskBehavior]?.isUsed(schedule, options) ?? true
}

/** Call this after the values were checked, so that a wrong value is reported first. */
export function refuseUnused(options: TaskBehavior, schedule: ScheduleInfo): void {
  for (const [name, { isUsed, expected }] of Object.entries(uses)) {
    const value: unknown = options[name as keyof TaskBehavior]
    if (value !== undefined && !isUsed(schedule, options))
      throw new InvalidOptionError(name, expected(schedule), value)
  }
}
