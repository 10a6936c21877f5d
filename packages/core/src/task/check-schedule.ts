import { msOf } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import { callCure, reading } from '../base/options.ts'
import { scheduleKinds } from '../base/schedule-info.ts'
import { show } from '../base/show.ts'
import { taskKinds } from '../kernel/task-kinds.ts'
import { cron } from '../schedule/cron.ts'
import type { Schedule } from '../schedule/schedule.ts'

export function checkSchedule(schedule: unknown, option = 'schedule'): void {
  if (reading(option, () => isSchedule(schedule))) return
  const expected = `a schedule such as every(…), cron(…) or loop()${scheduleCure(schedule)}`
  throw new InvalidOptionError(option, expected, schedule)
}

/** False for a copy through JSON or `structuredClone`, which has lost the functions of `slots`. */
function isSchedule(value: unknown): boolean {
  const { info, policy, slots } = objectOr(value) as Partial<Schedule>
  const { kind } = objectOr(info) as Partial<Schedule['info']>
  const { planning } = objectOr(policy) as Partial<Schedule['policy']>
  if (!scheduleKinds.some((known) => known === kind)) return false
  if (planning === undefined || !Object.hasOwn(taskKinds, planning)) return false
  const { plansSlots, plansAfterRun } = taskKinds[planning]
  // A delay has no slots: each run determines the next one.
  return !plansSlots || plansAfterRun || typeof slots?.first === 'function'
}

function objectOr(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

function scheduleCure(schedule: unknown): string {
  if (!Number.isNaN(msOf(schedule))) return `; write every(${show(schedule)})`
  if (typeof schedule !== 'string') return callCure(schedule)
  try {
    cron(schedule)
    return `; write cron(${show(schedule)})`
  } catch {
    return ''
  }
}
