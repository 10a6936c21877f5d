import { outcomes, restartCauses, skipReasons, taskStates } from '../../../src/adapter/index.ts'
import type { SupervisorEvent, TaskMetrics } from '../../../src/index.ts'
import type { Checker, Must, Registration, Scene, Sighting } from '../journal.ts'

export class NumberChecker implements Checker {
  readonly #counts = new Map<Registration, Map<string, number>>()
  readonly #last = new Map<Registration, { outcome?: string; failures: number }>()

  onEvent({ event, of }: Sighting): void {
    if (!of) return
    for (const [key, count] of countsOf(event)) this.#add(of, key, count)
    if (event.type !== 'run.ended') return
    const last = this.#last.get(of) ?? { failures: 0 }
    const failures =
      event.outcome === 'succeeded' ? 0 : last.failures + (event.outcome === 'cancelled' ? 0 : 1)
    this.#last.set(of, { outcome: event.outcome, failures })
  }

  #add(of: Registration, key: string, count: number): void {
    const counts = this.#counts.get(of) ?? new Map<string, number>()
    counts.set(key, (counts.get(key) ?? 0) + count)
    this.#counts.set(of, counts)
  }

  of(registration: Registration, key: string): number {
    return this.#counts.get(registration)?.get(key) ?? 0
  }

  check(scene: Scene, must: Must): void {
    for (const registration of scene.registrations) {
      const { task } = registration
      if (!task) continue
      for (const [key, shown] of numbersOf(task.metrics())) {
        const counted = this.of(registration, key)
        must(
          shown === counted,
          '9 numbers',
          () => `${task.name}: ${key} is ${shown}, but its events give ${counted}`,
        )
      }
      const { outcome, failures } = this.#last.get(registration) ?? { failures: 0 }
      const { lastOutcome, consecutiveFailures } = task.metrics()
      must(
        lastOutcome === outcome,
        '9 numbers',
        () => `${task.name}: last outcome ${lastOutcome}, not ${outcome}`,
      )
      // A stable run of a loop sets the number to 0, without an event.
      const isLoop = task.info.schedule.restarts
      must(
        isLoop ? consecutiveFailures <= failures : consecutiveFailures === failures,
        '9 numbers',
        () => `${task.name}: ${consecutiveFailures} consecutive failures, not ${failures}`,
      )
    }
  }
}

export function checkTaskCounts(
  report: {
    readonly byState: Readonly<Record<string, number>>
    readonly byHealth: Readonly<Record<string, number>>
  },
  tasks: readonly { readonly state: string; health(): { readonly status: string } }[],
  must: Must,
): void {
  for (const state of taskStates) {
    const counted = tasks.filter((task) => task.state === state).length
    must(
      report.byState[state] === counted,
      '9 numbers',
      () => `${report.byState[state]} tasks are reported as ${state}, but ${counted} are`,
    )
  }
  for (const [status, shown] of Object.entries(report.byHealth)) {
    const counted = tasks.filter((task) => task.health().status === status).length
    must(shown === counted, '9 numbers', () => `${shown} tasks are reported as ${status}, but ${counted} are`)
  }
}

function* countsOf(event: SupervisorEvent): Generator<readonly [string, number]> {
  switch (event.type) {
    case 'run.started':
      return yield ['started', 1]
    case 'run.ended':
      yield [event.outcome, 1]
      if (event.outcome !== 'succeeded' && event.outcome !== 'cancelled') yield* errorOf(event.error)
      return
    case 'run.settled-late':
      return yield ['settledLate', 1]
    case 'run.retried':
      yield ['retries', 1]
      return yield* errorOf(event.error)
    case 'run.skipped':
      return yield [`skipped ${event.reason}`, event.count]
    case 'run.missed':
      return yield ['missed', event.count]
    case 'restart.scheduled':
      return yield [`restart ${event.cause}`, 1]
    case 'task.parked':
    case 'task.gave-up':
      return yield ['gaveUp', 1]
    case 'unit.ended':
      yield [`unit ${event.outcome}`, 1]
      if (event.outcome === 'failed') yield* errorOf(event.error)
  }
}

function* errorOf(error: Error | undefined): Generator<readonly [string, number]> {
  if (error !== undefined) yield [`error ${error.name}`, 1]
}

function* numbersOf(metrics: TaskMetrics): Generator<readonly [string, number]> {
  yield ['started', metrics.started]
  for (const outcome of outcomes) yield [outcome, metrics.outcomes[outcome]]
  for (const reason of skipReasons) yield [`skipped ${reason}`, metrics.skipped[reason]]
  for (const cause of restartCauses) yield [`restart ${cause}`, metrics.restarts[cause]]
  for (const outcome of ['succeeded', 'failed', 'cancelled'] as const)
    yield [`unit ${outcome}`, metrics.units[outcome]]
  for (const [name, count] of metrics.errors) yield [`error ${name}`, count]
  yield ['settledLate', metrics.settledLate]
  yield ['missed', metrics.missed]
  yield ['retries', metrics.retries]
  yield ['gaveUp', metrics.gaveUp]
}
