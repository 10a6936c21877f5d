import type { Expected } from '../host-spec.ts'
import type { Checker, Must, Registration, Scene, Sighting } from '../journal.ts'

interface Line {
  readonly graceMs: number
  readonly periodMs: number
  /** In wall time. `undefined` if the slots follow the runs of the host. */
  first: number | undefined
  decided: number
  readonly ran: Set<number>
  /** When the last slot was run, skipped or missed, or else when counting began. In monotonic time. */
  decidedAt: number
  /** True if the number of due slots is unknown, for example because the wall clock was set. */
  isUncertain: boolean
}

/** Runwell reads the wall clock at least this often. */
const lookMs = 30_000

export class HostSlotChecker implements Checker {
  readonly #lines = new Map<Registration, Line>()
  readonly #expected = new Map<Registration, Expected>()
  readonly #started = new Set<Registration>()
  readonly #newest = new Map<string, number>()

  onReschedule(of: Registration, expected: Expected): void {
    this.#expected.set(of, expected)
  }

  onLeave(of: Registration): void {
    this.#lines.delete(of)
    this.#started.delete(of)
  }

  onJump(): void {
    for (const line of this.#lines.values()) line.isUncertain = true
  }

  onEvent({ event, of, mono }: Sighting, must: Must): void {
    if (event.type === 'run.started' && event.scheduledAt !== undefined)
      this.#note(event.task, event.scheduledAt)
    if (event.type === 'run.skipped' && event.scheduledAt !== undefined)
      this.#note(event.task, event.scheduledAt)
    if (event.type === 'run.missed') this.#note(event.task, event.to)
    if (!of?.host) return
    const line = this.#lines.get(of)
    switch (event.type) {
      case 'task.started':
        this.#started.add(of)
        return this.#begin(of, event.at, mono)
      case 'task.rescheduled':
        if (this.#started.has(of)) this.#begin(of, event.at, mono)
        return
      case 'task.stopped':
      case 'task.unregistered':
        return this.onLeave(of)
      case 'run.started': {
        const { scheduledAt: slot } = event
        if (!line || slot === undefined) return
        must(!line.ran.has(slot), '16 hosts', () => `${of.name} runs slot ${slot} twice`)
        const ageMs = event.at - slot
        must(
          line.isUncertain || (ageMs <= line.graceMs + 1 && ageMs >= -line.periodMs),
          '16 hosts',
          () => `a run of ${of.name} takes a slot of ${ageMs} ms ago`,
        )
        line.ran.add(slot)
        return decide(line, 1, mono)
      }
      case 'run.skipped':
        if (line && event.scheduledAt !== undefined) decide(line, event.count, mono, event.atLeast)
        return
      case 'run.missed':
        if (line) decide(line, event.count, mono, event.atLeast)
    }
  }

  #note(name: string, slot: number): void {
    this.#newest.set(name, Math.max(this.#newest.get(name) ?? slot, slot))
  }

  #begin(of: Registration, at: number, mono: number): void {
    const expected = this.#expected.get(of) ?? of.host?.expected
    const periodMs = periodOf(expected)
    if (!expected || periodMs === undefined) return
    const newest = this.#newest.get(of.name) ?? Number.NEGATIVE_INFINITY
    const index = Math.floor(Math.max(at, newest) / periodMs) + 1
    this.#lines.set(of, {
      graceMs: of.host?.graceMs ?? 0,
      periodMs,
      first: expected.kind === 'follows' ? undefined : index * periodMs,
      decided: 0,
      ran: new Set(),
      decidedAt: mono,
      isUncertain: this.#lines.get(of)?.isUncertain === true,
    })
  }

  check(scene: Scene, must: Must): void {
    for (const of of scene.current.values()) {
      const line = this.#lines.get(of)
      if (!line || scene.phase !== 'started' || !scene.isSettled || of.task?.paused) continue
      const { first, periodMs, graceMs, decided, decidedAt, isUncertain } = line
      const silentMs = scene.mono - decidedAt
      must(
        silentMs <= 2 * periodMs + graceMs + (isUncertain ? lookMs : 0),
        '16 hosts',
        () => `nothing is said of the host of ${of.name} for ${silentMs} ms`,
      )
      if (isUncertain || first === undefined) continue
      const count = (until: number): number => Math.max(0, Math.floor((until - first) / periodMs) + 1)
      const over = count(scene.wall - graceMs - 1)
      const mayBe = count(scene.wall + periodMs)
      must(
        decided >= over && decided <= mayBe,
        '16 hosts',
        () => `${of.name}: ${decided} slots are decided, but ${over} are over and ${mayBe} may be`,
      )
    }
  }
}

function periodOf(expected: Expected | undefined): number | undefined {
  if (expected === undefined) return undefined
  if ('seconds' in expected) return expected.seconds * 1_000
  return 'periodMs' in expected ? expected.periodMs : undefined
}

function decide(line: Line, count: number, mono: number, atLeast = false): void {
  line.decided += count
  line.decidedAt = mono
  if (atLeast) line.isUncertain = true
}
