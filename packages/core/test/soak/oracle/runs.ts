import type { Outcome } from '../../../src/index.ts'
import type { Checker, Must, Registration, Scene, Sighting } from '../journal.ts'

interface Known {
  readonly of: Registration
  readonly name: string
  readonly generation: number
  outcome: Outcome | undefined
  hasSettledLate: boolean
  /** True after the external task of the run was unregistered. */
  isReleased: boolean
}

export class RunChecker implements Checker {
  readonly #runs = new Map<string, Known>()
  readonly #newestGeneration = new Map<Registration, number>()
  readonly #paused = new Set<Registration>()
  readonly #gone = new Set<Registration>()

  ownerOf(runId: string): Registration | undefined {
    return this.#runs.get(runId)?.of
  }

  live(name: string): number {
    return this.#count(name, (run) => run.outcome === undefined && !run.isReleased)
  }

  abandoned(name: string): number {
    return this.#count(name, (run) => run.outcome === 'abandoned' && !run.hasSettledLate && !run.isReleased)
  }

  outcomeOf(runId: string): Outcome | undefined {
    return this.#runs.get(runId)?.outcome
  }

  #count(name: string, counts: (run: Known) => boolean): number {
    let count = 0
    for (const run of this.#runs.values()) if (run.name === name && counts(run)) count += 1
    return count
  }

  onEvent({ event, of }: Sighting, must: Must): void {
    if (!of) return
    switch (event.type) {
      case 'task.paused':
        this.#paused.add(of)
        return
      case 'task.resumed':
        this.#paused.delete(of)
        return
      case 'task.unregistered':
        if (of.host) this.#release(of)
        must(this.live(of.name) === 0, '2 one outcome', () => `${of.name} is unregistered with an active run`)
        must(!this.#gone.has(of), '2 one outcome', () => `${of.name} is unregistered twice`)
        this.#gone.add(of)
        return
      case 'run.started':
        return this.#onStarted(of, event, must)
      case 'run.ended': {
        const run = this.#runs.get(event.runId)
        must(run !== undefined, '2 one outcome', () => `run ${event.runId} ends but never started`)
        if (!run) return
        must(run.outcome === undefined, '2 one outcome', () => `run ${event.runId} has a second outcome`)
        must(event.generation === run.generation, '11 generations', () => 'a run changes its generation')
        run.outcome = event.outcome
        return
      }
      case 'run.settled-late': {
        const run = this.#runs.get(event.runId)
        const fits = run?.outcome === 'abandoned' && !run.hasSettledLate
        must(fits, '2 one outcome', () => `run ${event.runId} settles late but was not abandoned`)
        if (run) run.hasSettledLate = true
        return
      }
      case 'run.ready':
      case 'run.retried':
      case 'unit.ended': {
        const run = this.#runs.get(event.runId)
        const lives = run !== undefined && (run.outcome === undefined || event.type === 'unit.ended')
        must(lives, '2 one outcome', () => `${event.type} of a run that is not active`)
      }
    }
  }

  #release(of: Registration): void {
    for (const run of this.#runs.values()) if (run.of === of) run.isReleased = true
  }

  #onStarted(of: Registration, event: Extract<Sighting['event'], { type: 'run.started' }>, must: Must): void {
    const { name, spec } = of
    const { runId, generation } = event
    must(!this.#runs.has(runId), '2 one outcome', () => `run ${runId} starts twice`)
    const limit = spec === undefined ? Number.POSITIVE_INFINITY : limitOf(spec)
    const live = this.live(name)
    must(live < limit, '1 overlap', () => `a run of ${name} starts beside ${live} active ones`)
    const abandoned = this.abandoned(name)
    const allowed = spec?.allowAbandoned ?? Number.POSITIVE_INFINITY
    must(
      abandoned <= allowed,
      '1 overlap',
      () => `a run of ${name} starts beside ${abandoned} abandoned ones`,
    )
    // A host may run a task although it is paused.
    must(
      !this.#paused.has(of) || of.host !== undefined,
      '1 overlap',
      () => `a run of ${name} starts while it is paused`,
    )
    must(!this.#gone.has(of), '1 overlap', () => `a run of ${name} starts after it was unregistered`)
    const newest = this.#newestGeneration.get(of) ?? 0
    must(generation === newest + 1, '11 generations', () => `${name}: ${generation} follows ${newest}`)
    this.#newestGeneration.set(of, generation)
    this.#runs.set(runId, {
      of,
      name,
      generation,
      outcome: undefined,
      hasSettledLate: false,
      isReleased: false,
    })
  }

  check(scene: Scene, must: Must): void {
    for (const { name, spec, task } of scene.current.values()) {
      if (!task) continue
      const live = this.live(name)
      const abandoned = this.abandoned(name)
      const active = task.active()
      const shown = active.filter((run) => run.abandoned).length
      must(
        shown === abandoned,
        '2 one outcome',
        () => `${name} shows ${shown} abandoned runs instead of ${abandoned}`,
      )
      must(
        active.length - shown === live,
        '2 one outcome',
        () => `${name} shows ${active.length - shown} active runs instead of ${live}`,
      )
      const { state } = task
      const isOver = state === 'stopped' || state === 'failed' || state === 'finished'
      const isStuck = abandoned > (spec?.allowAbandoned ?? Number.POSITIVE_INFINITY)
      const fits = isOver || (isStuck ? state === 'stuck' : live > 0 === (state === 'running'))
      must(
        fits,
        '2 one outcome',
        () => `${name} is ${state} with ${live} active and ${abandoned} abandoned runs`,
      )
    }
  }
}

function limitOf({ schedule, overlap }: NonNullable<Registration['spec']>): number {
  return schedule.kind !== 'loop' && overlap === 2 ? 2 : 1
}
