import type { RefusalReason, SkipReason } from '../base/words.ts'
import { recordRestart } from '../restart/ledger.ts'
import type { DueSlots, KernelEvent } from './event.ts'
import type { HostConfig, HostState } from './host-state.ts'
import { abort, begin, ledgerOf, refusal, refuse } from './runs.ts'
import type { KernelTask } from './state.ts'
import type { Step } from './step-state.ts'
import { setTaskTimer } from './step-state.ts'

/** The most open slots of a task: a short period with a long grace would keep thousands. */
const maxOpen = 100

export function beginCall(
  step: Step,
  task: KernelTask,
  { trigger, requestId }: Pick<Extract<KernelEvent, { type: 'trigger' }>, 'trigger' | 'requestId'>,
): void {
  const { host, config } = task
  const reason = refusal(step, task) ?? (isTooLate(step, task) ? 'stopping' : undefined)
  const runsAnyway = reason === 'paused' && host !== undefined // the host may run the task although the task is paused
  if (reason !== undefined && !runsAnyway) return refuseCall(step, task, requestId, reason)
  const isExpected = host !== undefined && trigger === 'call' && !task.paused
  const slot = isExpected ? takeSlot(step, task, host, config.host) : undefined
  task.standby = false
  if (config.planning === 'connection' && task.generation > 0)
    recordRestart(config.restart, ledgerOf(task), step.now.mono)
  begin(step, task, { trigger: slot === undefined ? trigger : 'schedule', slot, requestId })
  if (config.host?.followsRuns === true && task.mode !== 'registered' && !task.paused)
    planFromRun(step, task, host)
  if (step.state.shutdown?.aborting === true && host?.stop === 'asked') abortLate(step, task)
}

/** With a host, a refused call takes no slot, so it is not a skip. */
function refuseCall(step: Step, task: KernelTask, requestId: number, reason: RefusalReason): void {
  if (task.config.host === undefined) return refuse(step, task, { slot: undefined, requestId }, reason)
  step.effects.push({ do: 'refuse', task, requestId, reason })
}

function isTooLate({ state, now }: Step, { host }: KernelTask): boolean {
  return host?.stop === 'asked' && now.mono >= (state.shutdown?.classDeadline ?? 0)
}

/** Aborts the newest run. The host started this run after the stop had aborted the other runs. */
function abortLate(step: Step, task: KernelTask): void {
  const run = task.runs?.at(-1)
  if (run) abort(step, task, run, 'shutdown', step.state.shutdown?.classDeadline)
}

function planFromRun(step: Step, task: KernelTask, host: HostState | undefined): void {
  if (host) host.takenEarly = undefined
  task.slot = undefined
  task.slotDueAt = Number.POSITIVE_INFINITY
  setTaskTimer(step, task)
  step.effects.push({ do: 'plan', task })
}

/**
 * Assigns a run, skip or miss of the host to a slot: to the next slot if that is due within `earlyMs`, else to the
 * newest open slot.
 */
function takeSlot(
  step: Step,
  task: KernelTask,
  host: HostState,
  config: HostConfig | undefined,
): number | undefined {
  const { slot, slotDueAt } = task
  const isNear = slotDueAt - step.now.mono <= (config?.earlyMs ?? 0)
  if (slot !== undefined && isNear && host.takenEarly !== slot) {
    host.takenEarly = slot
    return slot
  }
  const taken = host.open.pop()?.slot
  setTaskTimer(step, task)
  return taken
}

export function isTakenEarly({ host, slot }: KernelTask): boolean {
  return slot !== undefined && host?.takenEarly === slot
}

/** Removes the slot that the host has already taken early. This slot is always the oldest due slot. */
export function withoutTaken({ host }: KernelTask, slots: DueSlots): DueSlots {
  if (host === undefined || host.takenEarly !== slots.oldest) return slots
  host.takenEarly = undefined
  const recent = slots.recent.filter((slot) => slot !== slots.oldest)
  return { ...slots, count: slots.count - 1, oldest: recent[0] ?? slots.newest, recent }
}

/** The host may start the run of an open slot until the grace of that slot is over. */
export function openSlots(step: Step, task: KernelTask, host: HostState, slots: DueSlots): void {
  const graceMs = slots.jumpedOver ? -1 : (task.config.host?.graceMs ?? 0)
  const ageOf = (slot: number): number => slots.newest - slot + slots.lateMs
  const opened = slots.recent.filter((slot) => ageOf(slot) <= graceMs)
  const missed = slots.count - opened.length
  const { atLeast, oldest: from, cause } = slots
  if (missed > 0) {
    const at = slots.recent.indexOf(opened[0] ?? Number.NaN)
    const to = opened.length === 0 ? slots.newest : (slots.recent[at - 1] ?? from)
    step.effects.push({ do: 'miss', task, count: missed, atLeast, from, to, cause })
  }
  for (const slot of opened) host.open.push({ slot, until: step.now.mono + graceMs - ageOf(slot) })
  missOldest(step, task, host.open.length - maxOpen)
}

export function expireSlots(step: Step, task: KernelTask): void {
  const open = task.host?.open ?? []
  const kept = open.findIndex(({ until }) => until > step.now.mono)
  missOldest(step, task, kept < 0 ? open.length : kept)
}

function missOldest(step: Step, task: KernelTask, count: number): void {
  if (count <= 0) return
  const gone = task.host?.open.splice(0, count) ?? []
  const [first = { slot: 0 }] = gone
  const to = gone.at(-1)?.slot ?? first.slot
  step.effects.push({ do: 'miss', task, count: gone.length, atLeast: false, from: first.slot, to })
}

export function dropOpen(step: Step, task: KernelTask, reason: SkipReason): void {
  if (task.host && reason !== 'paused') task.host.takenEarly = undefined
  const gone = task.host?.open.splice(0) ?? []
  if (gone.length === 0) return
  const slot = gone.at(-1)?.slot
  step.effects.push({ do: 'skip', task, reason, count: gone.length, atLeast: false, slot })
}

export function onHostSkipped(
  step: Step,
  task: KernelTask,
  { reason, detail, count }: Extract<KernelEvent, { type: 'host-skipped' }>,
): void {
  if (task.removed || (task.paused && task.config.host !== undefined)) return
  const taken = takeSlots(step, task, count)
  step.effects.push({
    do: 'skip',
    task,
    reason,
    count,
    atLeast: false,
    slot: taken.at(-1),
    detail,
    told: true,
  })
}

export function onHostMissed(
  step: Step,
  task: KernelTask,
  { count, at }: Extract<KernelEvent, { type: 'host-missed' }>,
): void {
  if (task.removed || (task.paused && task.config.host !== undefined)) return
  const expects = task.config.planning === 'awaited'
  const taken = expects ? takeSlots(step, task, count) : [at]
  const [from] = taken
  const to = taken.at(-1)
  if (from === undefined || to === undefined) return
  const missed = expects ? taken.length : count
  step.effects.push({ do: 'miss', task, count: missed, atLeast: false, from, to, told: true })
}

function takeSlots(step: Step, task: KernelTask, count: number): readonly number[] {
  const { host, config } = task
  const taken: number[] = []
  while (host && taken.length < count) {
    const slot = takeSlot(step, task, host, config.host)
    if (slot === undefined) break
    taken.push(slot)
  }
  return taken.reverse()
}
