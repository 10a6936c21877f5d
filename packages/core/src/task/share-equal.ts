import type { TaskConfig } from '../kernel/state.ts'
import { isSameSchedule } from '../schedule/same-schedule.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { ResolvedTask, SharedTask, TaskSettings } from './resolved.ts'

/**
 * The number of values with which a new value is compared. Equal tasks are usually registered one after the other, so
 * an equal value is usually among the last ones.
 */
const maxKept = 16

class DistinctValues<Value extends object> {
  readonly #kept: Value[] = []

  share(value: Value, isEqual: (a: Value, b: Value) => boolean = sameFields): Value {
    for (const kept of this.#kept) if (kept === value) return kept
    for (const kept of this.#kept) if (isEqual(kept, value)) return kept
    if (this.#kept.length >= maxKept) this.#kept.shift()
    this.#kept.push(value)
    return value
  }
}

export class EqualParts {
  readonly #configs = new DistinctValues<TaskConfig>()
  readonly #settings = new DistinctValues<TaskSettings>()
  readonly #schedules = new DistinctValues<Schedule>()

  share(resolved: ResolvedTask): SharedTask {
    const { info, config, schedule: own, settings } = resolved
    const schedule = this.#schedules.share(own, isSameSchedule)
    return {
      info: schedule === own ? info : Object.freeze({ ...info, schedule: schedule.info }),
      config: this.#configs.share(config),
      schedule,
      settings: this.#settings.share(settings),
    }
  }
}

function sameFields(a: object, b: object): boolean {
  const left = a as Readonly<Record<string, unknown>>
  const right = b as Readonly<Record<string, unknown>>
  let surplus = 0
  for (const key in left) {
    const value = left[key]
    if (value !== right[key] && !(isEmptyList(value) && isEmptyList(right[key]))) return false
    surplus += 1
  }
  for (const _ in right) surplus -= 1
  return surplus === 0
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
