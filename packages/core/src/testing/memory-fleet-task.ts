import type { ClockTimer } from '../base/clock.ts'
import type { RefusalReason, SkipReason } from '../base/words.ts'
import type {
  FleetAccount,
  FleetAttempt,
  FleetControl,
  FleetOffer,
  FleetRecord,
  FleetRequest,
  FleetResult,
  FleetRunning,
  FleetVerdict,
} from '../fleet/fleet.ts'
import type { MemoryMember } from './memory-member.ts'

const askAgainMs = 1_000
/**
 * If no member can start a requested run within this time, the request is refused. A later attempt of any run,
 * also of a run with a slot, has at least this time to start.
 */
const requestMs = 30_000
/** A run may kill each process that starts it. So a run is dropped after this many lost attempts. */
const maxAttempts = 5

interface Entry {
  readonly slot: number | undefined
  until: number
  readonly input: unknown
  readonly carrier: FleetOffer['carrier']
  readonly requestedBy: string
  readonly answer: ((result: FleetResult) => void) | undefined
  attempt: number
  /** How many attempts ended because their process died or lost its lease. */
  lost: number
  token: number
  holder: MemoryMember | undefined
  running: FleetRunning | undefined
  readonly earlier: FleetAttempt[]
  /** For each member that refused the run: the wall time at which the fleet asks again. */
  readonly refused: Map<MemoryMember, number>
  reason: RefusalReason | undefined
  /**
   * `awaited`: the entry has to wait until an active run ends. `found`: the wait is over, and `until` was extended
   * because of it. A further wait does not extend `until` again.
   */
  room: 'never-awaited' | 'awaited' | 'found'
}

interface Around {
  members(): readonly MemoryMember[]
  isDown(): boolean
  changed(): void
}

/** Decides for one task which member runs each slot and each request. */
export class MemoryFleetTask {
  readonly #name: string
  readonly #around: Around
  readonly #entries: Entry[] = []
  #known: Omit<FleetRecord, 'members'> = {}
  #token = 0
  #turn = 0
  #timer: ClockTimer | undefined

  constructor(name: string, around: Around) {
    this.#name = name
    this.#around = around
  }

  record(): FleetRecord {
    const members = this.#up().flatMap(({ host, tasks }) => {
      const task = tasks.get(this.#name)
      return task ? [{ ...task, instanceId: host.instanceId }] : []
    })
    const running = this.#live().flatMap(({ running, slot }) => {
      const attempt = running?.attempt()
      return attempt ? [{ ...attempt, slot }] : []
    })
    return { ...this.#known, members, running }
  }

  offer(member: MemoryMember, { slot, schedule, until, waits, carrier }: FleetOffer): FleetVerdict {
    if (slot <= (this.#known.lastSlot ?? Number.NEGATIVE_INFINITY)) return { verdict: 'known' }
    this.#known = { ...this.#known, lastSlot: slot, lastSchedule: schedule }
    const reason = this.#isPaused(member) ? 'paused' : this.#makeRoom(member, waits)
    if (reason) return { verdict: 'skipped', reason, first: true }
    const { instanceId } = member.host
    this.#add({
      ...newEntry,
      slot,
      until,
      input: undefined,
      carrier,
      requestedBy: instanceId,
      answer: undefined,
    })
    return { verdict: 'accepted' }
  }

  account({ slots, to, schedule }: FleetAccount): readonly number[] {
    const { lastSlot = Number.NEGATIVE_INFINITY } = this.#known
    if (to > lastSlot) this.#known = { ...this.#known, lastSlot: to, lastSchedule: schedule }
    return slots.filter((slot) => slot > lastSlot)
  }

  request(member: MemoryMember, { input, carrier }: FleetRequest): Promise<FleetResult> {
    const reason = this.#isPaused(member) ? 'paused' : this.#makeRoom(member, false)
    if (reason) return Promise.resolve({ started: false, reason })
    const { instanceId, clock } = member.host
    return new Promise((answer) => {
      const until = clock.now() + requestMs
      this.#add({ ...newEntry, slot: undefined, until, input, carrier, requestedBy: instanceId, answer })
    })
  }

  control(member: MemoryMember, control: FleetControl): void {
    const at = member.host.clock.now()
    const { by, reason } = control
    if (control.action === 'pause') {
      this.#known = { ...this.#known, paused: { at, by, reason, until: control.until } }
      for (const entry of this.#waiting()) this.#drop(member, entry, 'paused')
    } else if (control.action === 'resume') this.#known = { ...this.#known, paused: undefined }
    else if (control.action === 'reschedule')
      this.#known = { ...this.#known, rescheduled: { at, by, schedule: control.schedule } }
    this.#around.changed()
  }

  #isPaused({ host }: MemoryMember): boolean {
    const { paused } = this.#known
    return paused !== undefined && (paused.until ?? Number.POSITIVE_INFINITY) > host.clock.now()
  }

  /** Lets other members take over the runs of a member that left or lost its leases. */
  takeFrom(member: MemoryMember, why: 'left' | 'lost'): void {
    this.#known = { ...this.#known, goneAt: member.aliveAt }
    for (const entry of this.#entries.filter(({ holder }) => holder === member)) {
      const { running } = entry
      const lose = (): void => running?.lose()
      const attempt = running?.attempt()
      if (why === 'lost' && attempt) entry.earlier.push(attempt)
      if (why === 'lost') entry.lost += 1
      if (why === 'lost' && member.state === 'frozen') member.whenThawed.push(lose)
      this.#release(entry)
    }
    this.assign()
  }

  assign(): void {
    if (this.#around.isDown()) return
    if (this.#isForgotten()) this.#forgetWaiting()
    for (const entry of this.#waiting()) {
      if (this.#live().length >= this.#limit()) {
        if (entry.room === 'never-awaited') entry.room = 'awaited'
        continue
      }
      const now = this.#clock()?.now() ?? 0
      // Only the wait for a member counts as late, not the wait for a run to end.
      if (entry.room === 'awaited') this.#extend(entry, now)
      if (now > entry.until) {
        const member = this.#reporter()
        if (member) this.#drop(member, entry, isSkip(entry.reason) ? entry.reason : 'missed')
        continue
      }
      const able = this.#up().filter(
        (member) => member.tasks.has(this.#name) && (entry.refused.get(member) ?? 0) <= now,
      )
      const member = able[this.#turn % able.length]
      this.#turn += 1
      if (member) this.#begin(entry, member)
    }
    this.#assignLater()
  }

  #begin(entry: Entry, member: MemoryMember): void {
    this.#token += 1
    const token = this.#token
    Object.assign(entry, { holder: member, token })
    const { slot, attempt, input, carrier, requestedBy } = entry
    const earlier = [...entry.earlier]
    const run = { task: this.#name, slot, attempt, token, input, carrier, requestedBy, earlier }
    entry.running = member.host.run(run)
    this.#around.changed()
    void entry.running.result.then(async (result) => {
      if (member.state === 'frozen') await new Promise<void>((go) => member.whenThawed.push(go))
      if (entry.token === token && member.state === 'up') this.#settle(entry, member, result)
    })
  }

  #settle(entry: Entry, member: MemoryMember, result: FleetResult): void {
    if (!result.started) {
      entry.refused.set(member, member.host.clock.now() + askAgainMs)
      entry.reason = result.reason
      entry.holder = undefined
    } else if (result.isStopping) {
      entry.refused.set(member, Number.POSITIVE_INFINITY)
      const attempt = entry.running?.attempt()
      if (attempt) entry.earlier.push({ ...attempt, endedAt: result.endedAt })
      this.#release(entry)
    } else {
      this.#remove(entry)
      const { instanceId, runId, outcome, startedAt, endedAt } = result
      const { slot, attempt } = entry
      const lastRun = { instanceId, runId, outcome, startedAt, endedAt, slot, attempt }
      const lastSuccessAt = outcome === 'succeeded' ? endedAt : this.#known.lastSuccessAt
      this.#known = { ...this.#known, lastRun, lastSuccessAt }
      entry.answer?.(result)
      this.#around.changed()
    }
    this.assign()
  }

  /** Ignores the current run from now on. The entry waits for its next attempt, or is dropped after `maxAttempts`. */
  #release(entry: Entry): void {
    entry.attempt += 1
    const member = this.#reporter()
    const now = this.#clock()?.now() ?? 0
    Object.assign(entry, {
      holder: undefined,
      running: undefined,
      token: 0,
      until: Math.max(entry.until, now + requestMs),
    })
    if (entry.lost >= maxAttempts && member) this.#drop(member, entry, 'missed')
  }

  #makeRoom(member: MemoryMember, waits: boolean): SkipReason | undefined {
    const overlap = member.tasks.get(this.#name)?.overlap ?? 'skip'
    if (waits || this.#entries.length < this.#limit()) return undefined
    if (overlap === 'skip' || overlap === 'parallel') return 'overlap'
    for (const entry of this.#waiting()) this.#drop(member, entry, 'replaced')
    if (overlap === 'cancel-previous') for (const { running } of this.#live()) running?.replace()
    return undefined
  }

  #add(entry: Omit<Entry, 'refused' | 'earlier'>): void {
    this.#entries.push({ ...entry, refused: new Map(), earlier: [] })
    this.assign()
  }

  #drop(member: MemoryMember, entry: Entry, reason: SkipReason | 'missed'): void {
    this.#remove(entry)
    if (entry.slot !== undefined) member.host.drop(this.#name, [entry.slot], reason)
    const refusal = entry.reason ?? (reason === 'missed' ? 'standby' : reason)
    entry.answer?.({ started: false, reason: refusal })
  }

  #isForgotten(): boolean {
    const hasTask = ({ tasks, isLost }: MemoryMember): boolean => !isLost && tasks.has(this.#name)
    return this.#up().length > 0 && !this.#around.members().some(hasTask)
  }

  #forgetWaiting(): void {
    for (const entry of this.#waiting()) {
      this.#remove(entry)
      entry.answer?.({ started: false, reason: 'unregistered' })
    }
  }

  #remove(entry: Entry): void {
    const index = this.#entries.indexOf(entry)
    if (index >= 0) this.#entries.splice(index, 1)
  }

  #assignLater(): void {
    this.#timer?.cancel()
    const clock = this.#clock()
    const now = clock?.now() ?? 0
    const times = this.#waiting().flatMap(({ refused, until }) => [until + 1, ...refused.values()])
    const at = Math.min(...times.filter((time) => time > now))
    if (Number.isFinite(at)) this.#timer = clock?.timer(() => this.assign(), at - now, false)
  }

  #up(): readonly MemoryMember[] {
    return this.#around.members().filter(({ state }) => state === 'up')
  }

  #reporter(): MemoryMember | undefined {
    const up = this.#up()
    return up.find(({ tasks }) => tasks.has(this.#name)) ?? up[0]
  }

  #clock(): MemoryMember['host']['clock'] | undefined {
    return this.#around.members()[0]?.host.clock
  }

  #waiting(): readonly Entry[] {
    return this.#entries.filter(({ holder }) => holder === undefined)
  }

  #live(): readonly Entry[] {
    return this.#entries.filter(({ holder }) => holder !== undefined)
  }

  #extend(entry: Entry, now: number): void {
    const catchUpMs = Math.max(0, ...this.#up().map(({ tasks }) => tasks.get(this.#name)?.catchUpMs ?? 0))
    const until = now + (entry.slot === undefined ? requestMs : catchUpMs)
    Object.assign(entry, { room: 'found', until: Math.max(entry.until, until) })
  }

  #limit(): number {
    return Math.max(1, ...this.#up().map(({ tasks }) => tasks.get(this.#name)?.limit ?? 1))
  }
}

const newEntry = {
  attempt: 1,
  lost: 0,
  token: 0,
  holder: undefined,
  running: undefined,
  reason: undefined,
  room: 'never-awaited',
} as const

function isSkip(reason: RefusalReason | undefined): reason is SkipReason {
  return reason === 'stuck' || reason === 'standby' || reason === 'overlap' || reason === 'stopping'
}
