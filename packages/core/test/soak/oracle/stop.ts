import { priorities } from '../../../src/adapter/index.ts'
import type { Priority } from '../../../src/index.ts'
import type { Checker, Must, Registration, Scene, Sighting } from '../journal.ts'
import type { RunChecker } from './runs.ts'

export interface StopAsked {
  readonly deadlineMs: number
  readonly classGraceMs: number
}

const reserveMs = 3_000
const flushMs = 2_000

export class StopChecker implements Checker {
  readonly #runs: RunChecker
  #options: StopAsked | undefined
  #deadline = Number.POSITIVE_INFINITY
  #blockedAtStop = 0
  #isHurried = false
  #isBlocked = false
  #hasEnded = false
  #endedClasses = -1
  #classes: ReadonlyMap<string, number> | undefined
  #scale = 1
  /** Tasks of the class that is stopping now, with a run that the stop has abandoned. */
  readonly #givenUp = new Set<string>()
  /** Tasks whose class has stopped, so a host must not start their runs any more. */
  readonly #endedHosts = new Set<string>()

  constructor(runs: RunChecker) {
    this.#runs = runs
  }

  get deadline(): number {
    return this.#deadline
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  onStop(options: StopAsked, mono: number, blockedMs: number): void {
    if (this.#options) return
    this.#options = options
    this.#deadline = mono + options.deadlineMs
    this.#blockedAtStop = blockedMs
  }

  onBlock(): void {
    if (this.#options) this.#isBlocked = true
  }

  onHurry(ms: number, mono: number): void {
    if (!this.#options || this.#hasEnded) return
    this.#isHurried = true
    this.#deadline = Math.min(this.#deadline, mono + ms)
  }

  onEvent({ event, phase, mono, of }: Sighting, must: Must): void {
    if (this.#hasEnded) {
      const isLate = event.type === 'run.settled-late' || event.type === 'observer.failed'
      return must(isLate, '7 silence', () => `${event.type} after the stop has ended`)
    }
    switch (event.type) {
      case 'run.started':
      case 'restart.scheduled':
      case 'task.started': {
        // A host may start runs until all tasks of its class have stopped.
        const mayStart =
          of?.host !== undefined && event.type === 'run.started' && !this.#endedHosts.has(of.name)
        const isQuiet = phase === 'stopped' || (phase === 'stopping' && !mayStart)
        return must(!isQuiet, '4 quiet', () => `${event.type} of ${event.task} while ${phase}`)
      }
      case 'run.ended':
        if (event.outcome === 'abandoned' && event.abortedFor === 'shutdown') this.#givenUp.add(event.task)
        return
      case 'shutdown.class-ended':
        return this.#onClassEnded(event, must)
      case 'shutdown.ended':
        this.#hasEnded = true
        for (const { priority } of event.report.classes)
          must(priorities.includes(priority), '6 order', () => priority)
        must(event.report.tookMs >= 0 && mono >= 0, '5 deadline', () => 'a stop took negative time')
    }
  }

  #onClassEnded(event: Extract<Sighting['event'], { type: 'shutdown.class-ended' }>, must: Must): void {
    const index = priorities.indexOf(event.priority)
    must(index > this.#endedClasses, '6 order', () => `${event.priority} ends after a higher class`)
    this.#endedClasses = index
    for (const name of event.tasks) {
      this.#endedHosts.add(name)
      must(
        this.#runs.live(name) === 0,
        '6 order',
        () => `${event.priority} ends while ${name} has an active run`,
      )
    }
    const gaveUp = event.tasks.some((name) => this.#givenUp.has(name))
    this.#givenUp.clear()
    if (!gaveUp || this.#isHurried || this.#isBlocked || !this.#options) return
    const minMs = Math.floor(Math.min(this.#options.classGraceMs, reserveMs * this.#scale)) - 1
    must(
      event.tookMs >= minMs,
      '8 reserves',
      () => `${event.priority} got ${event.tookMs} ms instead of ${minMs}`,
    )
  }

  onQuiet(scene: Scene): void {
    if (this.#classes) return
    const newest = new Map(scene.registrations.map((registration) => [registration.name, registration]))
    const there = [...newest.values()].filter(
      ({ name }) => scene.current.has(name) || this.#runs.abandoned(name) > 0,
    )
    this.#classes = classesOf(there)
    const isBusy = (name: string): boolean => {
      const { answers = 'cannot' } = newest.get(name)?.host ?? {}
      return this.#runs.live(name) > 0 || answers !== 'cannot'
    }
    const busy = new Set([...this.#classes].filter(([name]) => isBusy(name)).map(([, index]) => index))
    const needMs = busy.size * reserveMs + flushMs
    const leftMs = Math.max(0, this.#deadline - scene.mono)
    this.#scale = Math.min(1, leftMs / needMs)
  }

  onAbort(task: string, hasTime: boolean, scene: Scene, must: Must): void {
    this.onQuiet(scene)
    const own = this.#classes?.get(task)
    if (own === undefined || !hasTime) return
    for (const [name, index] of this.#classes ?? []) {
      const isLive = this.#runs.live(name) > 0
      must(
        !isLive || index >= own,
        '6 order',
        () => `${task} is aborted while ${name} of a lower class is active`,
      )
      const needs = isLive && needsOf(name, scene).includes(task)
      must(!needs, '6 order', () => `${task} is aborted while ${name}, which depends on it, is active`)
    }
  }

  check(scene: Scene, must: Must): void {
    if (!this.#options || this.#hasEnded) return
    const latest = this.#deadline + scene.blockedMs - this.#blockedAtStop
    const isInTime = scene.mono <= latest || !scene.isSettled
    must(
      isInTime,
      '5 deadline',
      () => `the stop continues ${scene.mono - this.#deadline} ms after its deadline`,
    )
  }
}

function needsOf(name: string, { current }: Scene): readonly string[] {
  const needs: string[] = []
  let next = current.get(name)?.spec?.dependsOn
  while (next !== undefined && next !== name && !needs.includes(next)) {
    needs.push(next)
    next = current.get(next)?.spec?.dependsOn
  }
  return needs
}

function classesOf(registrations: readonly Registration[]): ReadonlyMap<string, number> {
  const classes = new Map<string, number>()
  for (const { name, spec, host } of registrations) {
    const priority: Priority = spec?.priority ?? host?.priority ?? 'normal'
    classes.set(name, priorities.indexOf(priority))
  }
  for (let pass = 0; pass < registrations.length; pass += 1) {
    for (const { name, spec } of registrations) {
      const needed = spec?.dependsOn
      if (needed === undefined || !classes.has(needed)) continue
      classes.set(needed, Math.max(classes.get(needed) ?? 0, classes.get(name) ?? 0))
    }
  }
  return classes
}
