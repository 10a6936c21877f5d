import { logText } from '../events/catalogue.ts'
import type { EventOf, SupervisorEvent } from '../events/events.ts'

/** The rules that find an outage of a fleet. */
const rulesOfOutage: ReadonlySet<string> = new Set(['fleet', 'stale'])

/**
 * Finds the changes of health that an outage of a fleet causes. A log can then have one line instead of
 * hundreds.
 */
export class FleetOutage {
  #isDown = false
  /** The tasks whose health has become worse because of the outage. */
  readonly #tasks = new Set<string>()
  readonly #reported = new Set<string>()

  /**
   * Returns `first` for the first change to a status because of the outage, `repeat` for the same change of
   * another task, and otherwise `undefined`.
   */
  follow(event: SupervisorEvent): 'first' | 'repeat' | undefined {
    if (event.type === 'fleet.down' || event.type === 'fleet.up') this.#isDown = event.type === 'fleet.down'
    else if (event.type === 'task.unregistered') this.#tasks.delete(event.task)
    else if (event.type === 'health.changed' && event.info.fleet !== undefined) return this.#change(event)
    return undefined
  }

  /**
   * Returns the sentence of a `first` change.
   * @param others - the end of the sentence: what happens to the lines of other tasks
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
