import type { TaskState } from '../../src/base/words.ts'
import { taskStates } from '../../src/base/words.ts'
import type { Effect } from '../../src/kernel/effect.ts'
import type { KernelEvent } from '../../src/kernel/event.ts'

export type EventName = KernelEvent['type'] | 'due (run)'
export type StateName = TaskState | 'absent'

export const eventNames: readonly EventName[] = [
  'register',
  'unregister',
  'start',
  'slot-planned',
  'due',
  'due (run)',
  'trigger',
  'settled',
  'ready',
  'extend',
  'pause',
  'resume',
  'reschedule',
  'restart',
  'abort',
  'controlled',
  'judged',
  'stop',
  'stop-asked',
  'quiet',
  'stop-due',
  'hurry',
  'host-skipped',
  'host-missed',
  'host-stopped',
]

export const stateNames: readonly StateName[] = [...taskStates, 'absent']

export const effectNames: readonly Effect['do'][] = [
  'call',
  'abort',
  'ended',
  'settled-late',
  'released',
  'retry',
  'ready',
  'refuse',
  'skip',
  'miss',
  'arm',
  'arm-stop',
  'plan',
  'task-started',
  'task-stopped',
  'unregistered',
  'controlled',
  'paused',
  'resumed',
  'rescheduled',
  'restart-scheduled',
  'restart-refused',
  'restart-accepted',
  'parked',
  'gave-up',
  'stuck',
  'health',
  'stop-started',
  'stop-host',
  'host-expired',
  'class-ended',
  'stop-ended',
]

export class Coverage {
  readonly #events = new Map<EventName, Map<StateName, number>>()
  readonly #effects = new Map<string, number>()

  event(event: EventName, state: StateName, times = 1): void {
    let row = this.#events.get(event)
    if (row === undefined) {
      row = new Map()
      this.#events.set(event, row)
    }
    row.set(state, (row.get(state) ?? 0) + times)
  }

  effect(name: string, times = 1): void {
    this.#effects.set(name, (this.#effects.get(name) ?? 0) + times)
  }

  eventCount(event: EventName, state: StateName): number {
    return this.#events.get(event)?.get(state) ?? 0
  }

  effectCount(name: Effect['do']): number {
    return this.#effects.get(name) ?? 0
  }

  add(other: Coverage): void {
    for (const event of eventNames) {
      for (const state of stateNames) {
        const times = other.eventCount(event, state)
        if (times > 0) this.event(event, state, times)
      }
    }
    for (const name of effectNames) {
      const times = other.effectCount(name)
      if (times > 0) this.effect(name, times)
    }
  }
}
