import type { Checker, Must, Registration, Scene, Sighting } from '../journal.ts'

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
          () => `episode ${episode} of ${name} is repeated`,
        )
        must(
          since <= at,
          '13 episodes',
          () => `${rule} of ${name} starts ${since - at} ms after it was found`,
        )
        open.set(rule, episode)
        this.#newest.set(of, episode)
        return
      }
      case 'rule.closed': {
        const { rule, episode } = event
        must(open.get(rule) === episode, '13 episodes', () => `${rule} of ${name} closes but was not open`)
        open.delete(rule)
        return
      }
      case 'health.changed': {
        const before = this.#status.get(of) ?? 'unknown'
        must(
          event.from === before,
          '13 episodes',
          () => `${name} changes from ${event.from} but was ${before}`,
        )
        must(event.to !== event.from, '13 episodes', () => `${name} changes from ${event.from} to itself`)
        this.#status.set(of, event.to)
        return
      }
      case 'task.unregistered':
        must(
          open.size === 0,
          '13 episodes',
          () => `${name} is unregistered with open episodes: ${[...open.keys()].join()}`,
        )
    }
  }

  check(scene: Scene, must: Must): void {
    for (const of of scene.current.values()) {
      const shown = of.task?.health().status
      const known = this.#status.get(of) ?? 'unknown'
      must(
        shown === undefined || shown === known,
        '13 episodes',
        () => `${of.name} is ${shown} but was reported as ${known}`,
      )
    }
  }
}
