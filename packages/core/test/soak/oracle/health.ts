import type { Checker, Must, Registration, Scene, Sighting } from '../journal.ts'

/** Episodes open and close in turn, `since` is not in the future, and each change of health begins where the last ended (invariant 13). */
export class HealthChecker implements Checker {
  readonly #open = new Map<Registration, Map<string, number>>()
  readonly #newest = new Map<Registration, number>()
  readonly #status = new Map<Registration, string>()

  onEvent({ event, of }: Sighting, must: Must): void {
    if (!of) return
    const { name } = of
    const open = this.#open.get(of) ?? new Map<string, number>()
    this.#open.set(of, open)
    switch (event.type) {
      case 'rule.opened': {
        const { rule, episode, since, at } = event
        must(!open.has(rule), '13 episodes', () => `${rule} of ${name} opens twice`)
        must(
          episode > (this.#newest.get(of) ?? 0),
          '13 episodes',
          () => `episode ${episode} of ${name} comes again`,
        )
        must(
          since <= at,
          '13 episodes',
          () => `${rule} of ${name} begins ${since - at} ms after it was found`,
        )
        open.set(rule, episode)
        this.#newest.set(of, episode)
        return
      }
      case 'rule.closed': {
        const { rule, episode } = event
        must(open.get(rule) === episode, '13 episodes', () => `${rule} of ${name} closes and was not open`)
        open.delete(rule)
        return
      }
      case 'health.changed': {
        const before = this.#status.get(of) ?? 'unknown'
        must(event.from === before, '13 episodes', () => `${name} goes from ${event.from} and was ${before}`)
        must(event.to !== event.from, '13 episodes', () => `${name} changes from ${event.from} to itself`)
        this.#status.set(of, event.to)
        return
      }
      case 'task.unregistered':
        must(open.size === 0, '13 episodes', () => `${name} leaves with ${[...open.keys()].join()} open`)
    }
  }

  check(scene: Scene, must: Must): void {
    for (const of of scene.current.values()) {
      const told = of.task?.health().status
      const known = this.#status.get(of) ?? 'unknown'
      must(
        told === undefined || told === known,
        '13 episodes',
        () => `${of.name} is ${told} and was told to be ${known}`,
      )
    }
  }
}
