import type { TaskConfig } from '../kernel/state.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { ResolvedTask, SharedTask, TaskSettings } from './resolved.ts'

/** How many different ones are remembered; tasks that are alike are mostly registered one after the other. */
const most = 16

/** Keeps one of each of the newest. */
class Recent<Value extends object> {
  readonly #kept: Value[] = []

  share(value: Value, isAlike: (a: Value, b: Value) => boolean = sameFields): Value {
    for (const kept of this.#kept) if (kept === value) return kept
    for (const kept of this.#kept) if (isAlike(kept, value)) return kept
    if (this.#kept.length >= most) this.#kept.shift()
    this.#kept.push(value)
    return value
  }
}

/** Lets tasks share what is equal. */
export class Sharing {
  readonly #configs = new Recent<TaskConfig>()
  readonly #traits = new Recent<TaskSettings>()
  readonly #schedules = new Recent<Schedule>()

  share(resolved: ResolvedTask): SharedTask {
    const { info, config, schedule: own, settings } = resolved
    const schedule = own.info.kind === 'cron' ? own : this.#schedules.share(own, sameSchedule)
    return {
      info: schedule === own ? info : Object.freeze({ ...info, schedule: schedule.info }),
      config: this.#configs.share(config),
      schedule,
      settings: this.#traits.share(settings),
    }
  }
}

/** Whether two schedules are one. The slots of a cron expression depend on more than its text and rules tell. */
function sameSchedule(a: Schedule, b: Schedule): boolean {
  if (a === b) return true
  return a.info.kind !== 'cron' && sameFields(a.info, b.info) && sameFields(a.policy, b.policy)
}

function sameFields(a: object, b: object): boolean {
  const left = a as Readonly<Record<string, unknown>>
  const right = b as Readonly<Record<string, unknown>>
  for (const key in left) {
    const value = left[key]
    if (value !== right[key] && !(isEmpty(value) && isEmpty(right[key]))) return false
  }
  return true
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
