import type { RefusalReason, SkipReason } from '../base/words.ts'
import type { DueSlots, KernelEvent } from './event.ts'
import { type FleetQuestion, type FleetState, newestOf } from './fleet-state.ts'
import { begin, refusal } from './runs.ts'
import type { KernelTask } from './state.ts'
import { liveRuns } from './state.ts'
import type { Step } from './step-state.ts'
import { isQuiet, setTaskTimer } from './step-state.ts'

/**
 * With `misfire: { all }`, at most this number of offers of a task wait, for example while the fleet is down. The
 * slots of older offers are missed. An account also lists at most this number of slots.
 */
const maxOpen = 100
const firstWaitMs = 1_000
const longestWaitMs = 30_000

export function askFleet(
  step: Step,
  task: KernelTask,
  fleet: FleetState,
  slots: DueSlots,
  runnable: readonly number[],
): void {
  if (isSilent(step, fleet)) return
  const { oldest, newest, atLeast, recent, count } = slots
  if (task.paused)
    return ask(step, task, fleet, account('paused', count, oldest, [...recent, newest], atLeast))
  const [first] = runnable
  const left = count - runnable.length
  const known = first === undefined ? [...recent, newest] : recent.slice(0, recent.indexOf(first))
  if (left > 0)
    ask(step, task, fleet, account('missed', left, oldest, known.length > 0 ? known : [oldest], atLeast))
  const waits = runnable.length > 1
  for (const slot of runnable) ask(step, task, fleet, { asks: 'offer', slot, waits })
}

/** Whether this process leaves the slots to other processes. */
function isSilent({ state }: Step, { isDisabled }: FleetState): boolean {
  return isDisabled || state.phase === 'stopping' || state.phase === 'stopped'
}

export function accountReplaced(step: Step, task: KernelTask, slot: number, atLeast: boolean): void {
  const { fleet } = task
  if (fleet && !fleet.isOverruled && !isSilent(step, fleet))
    ask(step, task, fleet, account('replaced', 1, slot, [slot], atLeast))
}

type Account = Extract<FleetQuestion, { asks: 'account' }>

type Question = FleetQuestion extends infer Each
  ? Each extends FleetQuestion
    ? Omit<Each, 'id' | 'isAsked' | 'isRepeated'>
    : never
  : never

/** An account informs the fleet about slots that do not run. `known`: the known times of these slots, ascending. */
function account(
  reason: SkipReason | 'missed',
  count: number,
  from: number,
  known: readonly number[],
  atLeast: boolean,
): Extract<Question, { asks: 'account' }> {
  const slots = [...new Set(known)].slice(-Math.min(count, maxOpen))
  return { asks: 'account', reason, count, from, to: slots.at(-1) ?? from, atLeast, slots }
}

/**
 * A new question waits behind earlier waiting ones: slots must be decided in order. All questions wait while another
 * process has a newer definition of the task.
 */
function ask(step: Step, task: KernelTask, fleet: FleetState, asked: Question): void {
  const isWaiting = fleet.isOverruled || fleet.open.some(isIdle)
  const last = fleet.open.at(-1)
  if (isWaiting && last && asked.asks === 'account' && canJoin(last, asked.reason)) {
    fleet.open[fleet.open.length - 1] = join(last, asked)
    return
  }
  const question = { ...asked, id: fleet.nextId, isAsked: false, isRepeated: false }
  fleet.nextId += 1
  fleet.open.push(question)
  if (!isWaiting) return askNow(step, task, question)
  const most = typeof task.config.misfire === 'string' ? 1 : maxOpen
  while (fleet.open.filter(canGiveUp).length > most) giveUpOldest(fleet)
}

function askNow(step: Step, task: KernelTask, question: FleetQuestion): void {
  question.isAsked = true
  step.effects.push({ do: 'ask-fleet', task, question })
}

function isIdle({ isAsked }: FleetQuestion): boolean {
  return !isAsked
}

// An offer that was sent once must stay: the fleet may already have decided the slot.
function canGiveUp(question: FleetQuestion): question is Extract<FleetQuestion, { asks: 'offer' }> {
  return question.asks === 'offer' && isIdle(question) && !question.isRepeated
}

function giveUpOldest({ open }: FleetState): void {
  const at = open.findIndex(canGiveUp)
  const oldest = open[at]
  if (oldest?.asks !== 'offer') return
  const missed = lateAccount(oldest)
  const before = open[at - 1]
  if (before === undefined || !canJoin(before, 'missed')) {
    open[at] = missed
    return
  }
  open.splice(at - 1, 2, join(before, missed))
}

/** The slots of `newer` must be later than the slots of `older`. */
function join(older: Account, newer: Omit<Account, 'id' | 'isAsked' | 'isRepeated'>): Account {
  const { reason, from, slots, count, atLeast } = older
  const total = count + newer.count
  // The listed slots must have no gap. If `newer` lists only some of its slots, the slots of `older` are left out.
  const known = newer.slots.length < newer.count ? newer.slots : [...slots, ...newer.slots]
  return { ...older, ...account(reason, total, from, known, atLeast || newer.atLeast) }
}

function canJoin(question: FleetQuestion, reason: SkipReason | 'missed'): question is Account {
  return question.asks === 'account' && question.reason === reason && isIdle(question) && !question.isRepeated
}

function lateAccount({ id, slot }: Extract<FleetQuestion, { asks: 'offer' }>): Account {
  return { ...account('missed', 1, slot, [slot], false), id, isAsked: false, isRepeated: false }
}

export function onFleetAnswer(
  step: Step,
  task: KernelTask,
  { question: id, answer }: Extract<KernelEvent, { type: 'fleet-answered' }>,
): void {
  const { fleet } = task
  const at = fleet?.open.findIndex((question) => question.id === id) ?? -1
  const question = fleet?.open[at]
  if (fleet === undefined || question === undefined) return
  fleet.open.splice(at, 1)
  fleet.failures = 0
  if (question.asks === 'account') {
    if (!('verdict' in answer)) reportAccount(step, task, question, new Set(answer))
  } else if ('verdict' in answer && answer.verdict === 'skipped' && answer.first)
    reportSlots(step, task, answer.reason, 1, false, question.slot, question.slot)
  askIdle(step, task, fleet, fleet.open.length)
}

/** Reports the slots in `mine`. Older slots that are not listed are reported together with the oldest listed slot. */
function reportAccount(
  step: Step,
  task: KernelTask,
  { reason, slots, count, from, atLeast }: Account,
  mine: ReadonlySet<number>,
): void {
  const older = count - slots.length
  let group: { from: number; count: number; atLeast: boolean } | undefined
  for (const [at, slot] of slots.entries()) {
    if (!mine.has(slot)) continue
    group ??= at === 0 ? { from, count: older, atLeast } : { from: slot, count: 0, atLeast: false }
    group.count += 1
    if (mine.has(slots[at + 1] ?? Number.NaN)) continue
    reportSlots(step, task, reason, group.count, group.atLeast, group.from, slot)
    group = undefined
  }
}

function reportSlots(
  { effects }: Step,
  task: KernelTask,
  reason: SkipReason | 'missed',
  count: number,
  atLeast: boolean,
  from: number,
  to: number,
): void {
  if (reason === 'missed') effects.push({ do: 'miss', task, count, atLeast, from, to })
  else effects.push({ do: 'skip', task, reason, count, atLeast, slot: to })
}

/** Sends a failed question again later. The question must not change, because the fleet may have received it. */
export function onFleetFailed(step: Step, task: KernelTask, id: number): void {
  const { fleet } = task
  const question = fleet?.open.find((each) => each.id === id)
  if (fleet === undefined || question === undefined || task.removed || isQuiet(step)) return
  question.isAsked = false
  question.isRepeated = true
  if (fleet.askAt === Number.POSITIVE_INFINITY) {
    fleet.askAt = step.now.mono + Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(fleet.failures, 10))
    fleet.failures += 1
  }
  setTaskTimer(step, task)
}

export function askAgain(step: Step, task: KernelTask): void {
  const { fleet } = task
  if (fleet && !isQuiet(step)) askIdle(step, task, fleet, 1)
}

function askIdle(step: Step, task: KernelTask, fleet: FleetState, most: number): void {
  fleet.askAt = Number.POSITIVE_INFINITY
  let left = isQuiet(step) ? 0 : most
  for (const [at, question] of fleet.open.entries()) {
    if (left === 0) break
    if (question.isAsked || (fleet.isOverruled && !question.isRepeated)) continue
    left -= 1
    const isLate = canGiveUp(question) && step.now.wall - question.slot > task.config.catchUpMs
    const asked = isLate ? lateAccount(question) : question
    fleet.open[at] = asked
    askNow(step, task, asked)
  }
  setTaskTimer(step, task)
}

export function onFleetKnown(
  step: Step,
  task: KernelTask,
  { lastSlot, isOverruled, ownFrom }: Extract<KernelEvent, { type: 'fleet-known' }>,
): void {
  const { fleet } = task
  if (fleet === undefined) return
  const counts = fleet.isOverruled && !isOverruled
  fleet.isOverruled = isOverruled
  const isOpen = (each: FleetQuestion): boolean =>
    each.isAsked || each.isRepeated || newestOf(each) > lastSlot
  const open = fleet.open.filter(isOpen)
  const kept = counts ? open.flatMap((each) => ownPart(each, ownFrom)) : open
  fleet.open.splice(0, fleet.open.length, ...kept)
  if (counts) return askIdle(step, task, fleet, 1)
  if (kept.some(isIdle)) return
  fleet.askAt = Number.POSITIVE_INFINITY
  setTaskTimer(step, task)
}

function ownPart(question: FleetQuestion, from: number): FleetQuestion[] {
  const oldest = question.asks === 'offer' ? question.slot : question.from
  if (question.isAsked || question.isRepeated || oldest >= from) return [question]
  if (question.asks === 'offer') return []
  const { reason, slots } = question
  const own = slots.filter((slot) => slot >= from)
  const [first] = own
  return first === undefined ? [] : [{ ...question, ...account(reason, own.length, first, own, false) }]
}

export function onFleetDropped(
  step: Step,
  task: KernelTask,
  { reason, slots }: Extract<KernelEvent, { type: 'fleet-dropped' }>,
): void {
  const [from] = slots
  const to = slots.at(-1)
  if (from !== undefined && to !== undefined) reportSlots(step, task, reason, slots.length, false, from, to)
}

export function onFleetRun(
  step: Step,
  task: KernelTask,
  event: Extract<KernelEvent, { type: 'fleet-run' }>,
): void {
  const { slot, attempt, requestId } = event
  task.standby = event.standby
  const reason = fleetRefusal(step, task, event.standby)
  if (reason !== undefined) step.effects.push({ do: 'refuse', task, requestId, reason })
  else begin(step, task, { trigger: slot === undefined ? 'manual' : 'schedule', slot, requestId }, attempt)
}

function fleetRefusal(step: Step, task: KernelTask, standby: boolean): RefusalReason | undefined {
  const reason = refusal(step, task)
  if (reason !== undefined) return reason
  if (standby || task.fleet?.isOverruled) return 'standby'
  return liveRuns(task) >= task.config.limit ? 'overlap' : undefined
}
