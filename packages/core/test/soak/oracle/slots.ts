import type { Checker, Must, Registration, Scene, Sighting } from '../journal.ts'
import type { ScheduleSpec } from '../spec.ts'

interface Line {
  readonly schedule: Extract<ScheduleSpec, { kind: 'every' | 'cron' }>
  readonly isWall: boolean
  /** `NaN` after the clock was set back, until the next slot is run, skipped or missed. */
  first: number
  readonly periodMs: number
  decided: number
  newest: number
  newestRun: number
  /**
   * True after the wall clock was set, until the next slot is run, skipped or missed. It stays true if slots of the
   * task may wait.
   */
  isMoved: boolean
  latest: number
  readonly since: number
  /** True if the number of slots is unknown, for example because an event did not count all slots. */
  isUncertain: boolean
}

export class SlotChecker implements Checker {
  readonly #lines = new Map<Registration, Line>()
  readonly #armed = new Set<Registration>()
  readonly #schedules = new Map<Registration, ScheduleSpec>()
  readonly #offset: () => number

  /** @param offset - the wall time minus the monotonic time */
  constructor(offset: () => number) {
    this.#offset = offset
  }

  readonly #newest = new Map<string, number>()

  onReschedule(of: Registration, schedule: ScheduleSpec): void {
    this.#schedules.set(of, schedule)
  }

  onLeave(of: Registration): void {
    this.#lines.delete(of)
    this.#armed.delete(of)
  }

  onJump(): void {
    for (const line of this.#lines.values()) if (line.isWall) line.isMoved = true
  }

  onEvent({ event, of }: Sighting, must: Must): void {
    if (event.type === 'clock.jumped' && event.deltaMs < 0) {
      this.#newest.clear()
      for (const [registration, line] of this.#lines)
        if (line.isWall) this.#begin(registration, event.at, line, 'set-back')
    }
    if (!of?.spec) return
    const { name } = of
    switch (event.type) {
      case 'task.started':
        this.#armed.add(of)
        return this.#begin(of, event.at, undefined)
      case 'task.rescheduled':
        if (this.#armed.has(of)) this.#begin(of, event.at, undefined, 'rescheduled')
        return
      case 'task.stopped':
      case 'task.unregistered':
        this.#lines.delete(of)
        return
      case 'run.started': {
        const { scheduledAt, at } = event
        if (scheduledAt === undefined) return
        must(
          scheduledAt <= at + 1 || this.#lines.get(of)?.isWall === true,
          '10 slots',
          () => `${name} runs before its slot`,
        )
        const line = this.#decide(of, scheduledAt, 1)
        if (!line) return
        const slot = slotOf(line, scheduledAt, this.#offset())
        must(
          line.isUncertain || slot > line.newestRun,
          '10 slots',
          () => `${name} runs slot ${slot} after ${line.newestRun}`,
        )
        line.newestRun = slot
        return
      }
      case 'run.skipped':
        if (event.scheduledAt !== undefined) this.#decide(of, event.scheduledAt, event.count, event.atLeast)
        return
      case 'run.missed':
        must(event.from <= event.to, '10 slots', () => `${name} misses from ${event.from} to ${event.to}`)
        this.#decide(of, event.to, event.count, event.atLeast)
    }
  }

  #begin(
    of: Registration,
    at: number,
    former: Line | undefined,
    how: 'start' | 'rescheduled' | 'set-back' = 'start',
  ): void {
    const schedule = this.#schedules.get(of) ?? of.spec?.schedule
    if (schedule?.kind !== 'every' && schedule?.kind !== 'cron') {
      this.#lines.delete(of)
      return
    }
    const isWall = schedule.kind === 'cron' || schedule.from === 'epoch'
    const periodMs = schedule.kind === 'cron' ? schedule.seconds * 1_000 : schedule.periodMs
    const offset = this.#offset()
    const isSetBack = how === 'set-back'
    const from = how === 'rescheduled' && schedule.kind !== 'cron' ? at + 1 : at
    const first = isSetBack ? Number.NaN : isWall ? this.#firstAt(of, from, periodMs) : at - offset
    const isUncertain = former !== undefined && (former.isUncertain || mayWait(of, former) > 0)
    const newestRun = Number.NEGATIVE_INFINITY
    this.#lines.set(of, {
      schedule,
      isWall,
      first,
      periodMs,
      decided: 0,
      newest: isSetBack ? Number.NEGATIVE_INFINITY : first - periodMs,
      newestRun,
      isMoved: false,
      latest: isSetBack ? at : first,
      since: at,
      isUncertain,
    })
  }

  #firstAt({ name }: Registration, at: number, periodMs: number): number {
    const newest = this.#newest.get(name) ?? Number.NEGATIVE_INFINITY
    return Math.max(Math.ceil(at / periodMs), Math.floor(newest / periodMs) + 1) * periodMs
  }

  #decide(of: Registration, scheduledAt: number, count: number, atLeast = false): Line | undefined {
    const line = this.#lines.get(of)
    if (!line) return undefined
    if (mayWait(of, line) === 0) line.isMoved = false
    line.decided += count
    const slot = slotOf(line, scheduledAt, this.#offset())
    if (Number.isNaN(line.first)) line.first = slot - (count - 1) * line.periodMs
    line.newest = Math.max(line.newest, slot)
    this.#newest.set(of.name, Math.max(this.#newest.get(of.name) ?? scheduledAt, scheduledAt))
    if (atLeast) line.isUncertain = true
    return line
  }

  check(scene: Scene, must: Must): void {
    for (const of of scene.current.values()) {
      const line = this.#lines.get(of)
      if (!line || scene.phase !== 'started') continue
      const now = line.isWall ? scene.wall : scene.mono
      line.latest = Math.max(line.latest, now)
      if (line.isUncertain) continue
      if (Number.isNaN(line.first)) {
        const isTimely = !scene.isSettled || line.isMoved || now - line.since <= 2 * line.periodMs + 30_000
        must(isTimely, '10 slots', () => `${of.name} does not go on after the clock was set back`)
        continue
      }
      const { first, periodMs, decided, newest, latest } = line
      const index = (slot: number): number => Math.floor((slot - first) / periodMs + 1e-4) + 1
      const known = index(newest)
      const waiting = mayWait(of, line)
      must(
        decided >= known - waiting && decided <= index(latest),
        '10 slots',
        () =>
          `${of.name}: ${decided} slots are decided out of ${known}; at most ${waiting} may wait, ${index(latest)} were due`,
      )
      if (waiting === 0)
        must(
          decided === known,
          '10 slots',
          () => `${of.name}: ${decided} slots are decided, but the newest is number ${known}`,
        )
      const isTimely = !scene.isSettled || known + waiting >= index(now) || line.isMoved
      must(
        isTimely,
        '10 slots',
        () => `${of.name}: slot ${index(now)} is due, but only ${known} were decided`,
      )
    }
  }
}

function mayWait(of: Registration, { schedule }: Line): number {
  const backlog = typeof schedule.misfire === 'number' ? schedule.misfire : 0
  const queue = of.spec?.overlap === 'queue' || of.spec?.overlap === 'cancel-previous' ? 1 : 0
  return backlog + queue
}

function slotOf(line: Line, scheduledAt: number, offset: number): number {
  return line.isWall ? scheduledAt : scheduledAt - offset
}
