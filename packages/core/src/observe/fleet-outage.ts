import { logText } from '../events/catalogue.ts'
import type { EventOf, SupervisorEvent } from '../events/events.ts'

const rulesOfOutage: ReadonlySet<string> = new Set(['fleet', 'stale'])

/**
 * Finds the changes of health that happen because a fleet is down. With this class, a log can write one line for all
 * tasks of the fleet.
 */
export class FleetOutage {
  #isDown = false
  /** The tasks whose health is worse because the fleet is down. */
  readonly #tasks = new Set<string>()
  readonly #reported = new Set<string>()

  /**
   * Call this method with each event. It returns a word only for a change of health that is caused by an outage of
   * the fleet or by its end: `first` for the first change to a status, `repeat` for each later change to the same
   * status. For all other events, it returns `undefined`.
   */
  follow(event: SupervisorEvent): 'first' | 'repeat' | undefined {
    if (event.type === 'fleet.down' || event.type === 'fleet.up') this.#isDown = event.type === 'fleet.down'
    else if (event.type === 'task.unregistered') this.#tasks.delete(event.task)
    else if (event.type === 'health.changed' && event.info.fleet !== undefined) return this.#change(event)
    return undefined
  }

  /**
   * Returns the log line for an event for which `follow` has returned `first`.
   * @param others - the end of the line: what happens to the lines of other tasks
   */
  firstText(event: SupervisorEvent, others: string): string {
    const fleet = 'info' in event ? event.info.fleet : undefined
    return `${logText(event)}; other tasks of ${fleet} with the same change ${others}`
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
