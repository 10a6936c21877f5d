import type { EventOf, SupervisorEvent } from '../events/events.ts'

/** The rules that find an outage of a fleet. */
const rulesOfOutage: ReadonlySet<string> = new Set(['fleet', 'stale'])

/**
 * Finds the changes of health that one outage of a fleet causes. A service may have hundreds of such tasks, and
 * `fleet.down` has reported the outage already.
 */
export class FleetOutage {
  #isDown = false
  /** The tasks whose health has become worse because of the outage. */
  readonly #tasks = new Set<string>()
  /** The statuses that have been reported once. */
  readonly #reported = new Set<string>()

  /**
   * Whether the event is a change of health because of the outage: `first` of this status, or a `repeat` of another
   * task. `undefined` for any other event.
   */
  follow(event: SupervisorEvent): 'first' | 'repeat' | undefined {
    if (event.type === 'fleet.down' || event.type === 'fleet.up') this.#isDown = event.type === 'fleet.down'
    else if (event.type === 'task.unregistered') this.#tasks.delete(event.task)
    else if (event.type === 'health.changed' && event.info.fleet !== undefined) return this.#change(event)
    return undefined
  }

  #change({ task, to, health }: EventOf<'health.changed'>): 'first' | 'repeat' | undefined {
    const isWorse = health.reasons.length > 0
    const isCaused = isWorse
      ? this.#isDown && health.reasons.every(({ rule }) => rulesOfOutage.has(rule))
      : this.#tasks.has(task)
    if (!isCaused) {
      this.#tasks.delete(task)
      return undefined
    }
    if (this.#tasks.size === 0) this.#reported.clear()
    const isRepeat = this.#reported.has(to)
    this.#reported.add(to)
    if (isWorse) this.#tasks.add(task)
    else this.#tasks.delete(task)
    return isRepeat ? 'repeat' : 'first'
  }
}
