import type { RefusalReason, SkipReason } from '../base/words.ts'
import type { FleetVerdict } from '../fleet/fleet.ts'
import type { DueSlots, KernelEvent } from './event.ts'
import type { FleetQuestion, FleetState } from './fleet-state.ts'
import { begin, refusal } from './runs.ts'
import type { KernelTask } from './state.ts'
import { liveRuns } from './state.ts'
import type { Step } from './step-state.ts'
import { setTaskTimer } from './step-state.ts'

/** Limits the questions that wait while the fleet is down. */
const maxOpen = 100
/** How long after a failure the fleet is asked again: doubled each time. */
const firstWaitMs = 1_000
const longestWaitMs = 30_000

/** Asks the fleet about slots that have come due. @param runnable - those that may still run */
export function askFleet(
  step: Step,
  task: KernelTask,
  fleet: FleetState,
  slots: DueSlots,
  runnable: readonly number[],
): void {
  if (isSilent(step, fleet)) return
  if (task.paused) return accountDue(step, task, fleet, slots, slots.count, 'paused')
  const left = slots.count - runnable.length
  const [first] = runnable
  if (left > 0) accountDue(step, task, fleet, slots, left, 'missed', first)
  const waits = runnable.length > 1
  for (const slot of runnable) ask(step, task, fleet, { id: idFor(fleet), asks: 'offer', slot, waits, isAsked: false })
}

/** Whether others decide the slots of the task. A process that stops leaves them to others, or to whoever starts next. */
function isSilent({ state }: Step, { isOverruled, isDisabled }: FleetState): boolean {
  return isOverruled || isDisabled || state.phase === 'stopping' || state.phase === 'stopped'
}

function accountDue(
  step: Step,
  task: KernelTask,
  fleet: FleetState,
  { oldest: from, newest, atLeast, recent }: DueSlots,
  count: number,
  reason: SkipReason | 'missed',
  before?: number,
): void {
  const to = before === undefined ? newest : (recent[recent.indexOf(before) - 1] ?? from)
  ask(step, task, fleet, {
    id: idFor(fleet),
    asks: 'account',
    reason,
    count,
    atLeast,
    from,
    to,
    isAsked: false,
  })
}

/** Slots of a schedule that is replaced do not run. */
export function accountReplaced(step: Step, task: KernelTask, slot: number, atLeast: boolean): void {
  const { fleet } = task
  if (fleet === undefined || isSilent(step, fleet)) return
  const id = idFor(fleet)
  ask(step, task, fleet, {
    id,
    asks: 'account',
    reason: 'replaced',
    count: 1,
    atLeast,
    from: slot,
    to: slot,
    isAsked: false,
  })
}

function idFor(fleet: FleetState): number {
  fleet.nextId += 1
  return fleet.nextId - 1
}

/** Asks at once, unless an earlier question waits: slots are decided in their order. */
function ask(step: Step, task: KernelTask, fleet: FleetState, question: FleetQuestion): void {
  const isWaiting = fleet.askAt < Number.POSITIVE_INFINITY
  fleet.open.push(question)
  if (!isWaiting) return askNow(step, task, question)
  if (task.config.misfire === 'coalesce' || task.config.misfire === 'skip') mergeWaiting(fleet)
  if (fleet.open.length > maxOpen) giveUpOldest(fleet)
}

function askNow(step: Step, task: KernelTask, question: FleetQuestion): void {
  question.isAsked = true
  step.effects.push({ do: 'ask-fleet', task, question })
}

/** Of several slots that wait for the fleet only the newest runs. One that it may know already is asked for itself. */
function mergeWaiting(fleet: FleetState): void {
  while (fleet.open.filter((each) => each.asks === 'offer' && !each.isAsked).length > 1) giveUpOldest(fleet)
}

/** The oldest slot that was never asked for is missed. Joins what is missed already. */
function giveUpOldest(fleet: FleetState): void {
  const { open } = fleet
  const at = open.findIndex(({ asks, isAsked }) => asks === 'offer' && !isAsked)
  const oldest = open[at]
  if (oldest?.asks !== 'offer') {
    open.splice(0, Math.max(0, open.length - maxOpen))
    return
  }
  const before = open[at - 1]
  const joins =
    before?.asks === 'account' && before.reason === 'missed' && !before.isAsked ? before : undefined
  const missed: FleetQuestion = {
    id: oldest.id,
    asks: 'account',
    reason: 'missed',
    count: (joins?.count ?? 0) + 1,
    atLeast: joins?.atLeast ?? false,
    from: joins?.from ?? oldest.slot,
    to: oldest.slot,
    isAsked: false,
  }
  open.splice(joins ? at - 1 : at, joins ? 2 : 1, missed)
}

/** The fleet has answered. `first`: whether this process reports slots that do not run. */
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
  if (question.asks === 'offer') {
    if (typeof answer === 'object' && answer.verdict === 'skipped' && answer.first)
      reportSlots(step, task, answer.reason, 1, false, question.slot, question.slot)
  } else if (answer === true) {
    const { reason, count, atLeast, from, to } = question
    reportSlots(step, task, reason, count, atLeast, from, to)
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

/** The fleet could not answer. The slot may be known to it or not, so the question stays. */
export function onFleetFailed(step: Step, task: KernelTask, id: number): void {
  const { fleet } = task
  const question = fleet?.open.find((each) => each.id === id)
  if (fleet === undefined || question === undefined || task.removed) return
  if (fleet.askAt === Number.POSITIVE_INFINITY) {
    fleet.askAt = step.now.mono + Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(fleet.failures, 10))
    fleet.failures += 1
  }
  setTaskTimer(step, task)
}

/** Asks again what is unanswered. A slot that must not begin any more is missed. */
export function askAgain(step: Step, task: KernelTask): void {
  const { fleet } = task
  if (fleet === undefined) return
  fleet.askAt = Number.POSITIVE_INFINITY
  for (const [at, question] of [...fleet.open.entries()]) {
    const isLate = question.asks === 'offer' && step.now.wall - question.slot > task.config.catchUpMs
    const asked: FleetQuestion = isLate
      ? {
          id: question.id,
          asks: 'account',
          reason: 'missed',
          count: 1,
          atLeast: false,
          from: question.slot,
          to: question.slot,
          isAsked: false,
        }
      : question
    fleet.open[at] = asked
    askNow(step, task, asked)
  }
  setTaskTimer(step, task)
}

/** The fleet says what it knows of the task. Slots that others have decided need no answer. */
export function onFleetKnown(
  step: Step,
  task: KernelTask,
  { lastSlot, isOverruled }: Extract<KernelEvent, { type: 'fleet-known' }>,
): void {
  const { fleet } = task
  if (fleet === undefined) return
  fleet.isOverruled = isOverruled
  const isOpen = (question: FleetQuestion): boolean =>
    !isOverruled && (question.isAsked || (question.asks === 'offer' ? question.slot : question.to) > lastSlot)
  const kept = fleet.open.filter(isOpen)
  fleet.open.splice(0, fleet.open.length, ...kept)
  if (kept.length > 0) return
  fleet.askAt = Number.POSITIVE_INFINITY
  setTaskTimer(step, task)
}

/** The fleet has dropped slots that it had accepted. */
export function onFleetDropped(
  step: Step,
  task: KernelTask,
  { reason, slots }: Extract<KernelEvent, { type: 'fleet-dropped' }>,
): void {
  const [from] = slots
  const to = slots.at(-1)
  if (from !== undefined && to !== undefined) reportSlots(step, task, reason, slots.length, false, from, to)
}

/** The fleet asks this process for a run. */
export function onFleetRun(
  step: Step,
  task: KernelTask,
  event: Extract<KernelEvent, { type: 'fleet-run' }>,
): void {
  const { slot, attempt, requestId } = event
  task.standby = event.standby
  const reason = fleetRefusal(step, task, event.standby)
  if (reason !== undefined) step.effects.push({ do: 'refuse', task, requestId, reason })
  else begin(step, task, { trigger: slot === undefined ? 'manual' : 'schedule', slot, requestId, attempt })
}

function fleetRefusal(step: Step, task: KernelTask, standby: boolean): RefusalReason | undefined {
  const reason = refusal(step, task)
  if (reason !== undefined) return reason
  if (standby || task.fleet?.isOverruled) return 'standby'
  return liveRuns(task) >= task.config.limit ? 'overlap' : undefined
}

/** What the shell passes on of an answer. */
export type FleetAnswer = FleetVerdict | boolean
