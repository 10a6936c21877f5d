export interface Reminder {
  readonly at: number
  readonly author: string
  readonly text: string
}

/** A real bot keeps this data in a database. */
export class Store {
  readonly seenItems = new Set<string>()
  readonly warnings = new Map<string, number>()
  readonly #reminders: Reminder[] = []

  remind(reminder: Reminder): void {
    this.#reminders.push(reminder)
  }

  takeDue(now: number): Reminder[] {
    const due = this.#reminders.filter(({ at }) => at <= now)
    for (const reminder of due) this.#reminders.splice(this.#reminders.indexOf(reminder), 1)
    return due
  }

  warn(author: string): number {
    const count = (this.warnings.get(author) ?? 0) + 1
    this.warnings.set(author, count)
    return count
  }
}
