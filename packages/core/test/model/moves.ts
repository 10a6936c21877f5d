import { isHostUp } from '../../src/kernel/host.ts'
import type { KernelTask } from '../../src/kernel/state.ts'
import { liveRuns } from '../../src/kernel/state.ts'
import { taskKinds } from '../../src/kernel/task-kinds.ts'
import type { Call } from './configuration.ts'
import { tickMs } from './configuration.ts'
import type { World } from './world.ts'
import { periodOf, recordOf } from './world.ts'

/** `run` is the index of a run within its task. `choice` selects a variant of the move. */
export interface Move {
  readonly kind:
    | 'tick'
    | 'start'
    | 'stop'
    | 'quiet'
    | 'hurry'
    | 'stop-due'
    | 'task-due'
    | 'run-due'
    | 'settle'
    | 'plan'
    | 'register'
    | 'stray'
    | 'set-back'
    | 'set-forward'
    | 'host-skipped'
    | 'host-missed'
    | 'host-stopped'
    | Exclude<Call, 'report' | 'set-clock' | 'want' | 'stray' | 'trigger-early' | 'standby' | 'pause-until'>
  readonly task: number
  readonly run: number
  readonly choice: number
}

export function movesOf(world: World): readonly Move[] {
  const moves: Move[] = []
  const add = (kind: Move['kind'], task = 0, run = 0, choice = 0): void => {
    moves.push({ kind, task, run, choice })
  }
  addSupervisorMoves(world, add)
  for (const [index, spec] of world.configuration.tasks.entries()) {
    const calls = new Set(spec.calls)
    if (calls.has('stray')) add('stray', index)
    addTaskMoves(world, index, calls, add)
    addRunMoves(world, index, calls, add)
  }
  return moves
}

type Add = (kind: Move['kind'], task?: number, run?: number, choice?: number) => void

function addSupervisorMoves(world: World, add: Add): void {
  const { kernel, stop, configuration } = world
  const { phase } = kernel
  if (tickOf(world) > 0) add('tick')
  if (phase === 'new') add('start')
  if (configuration.stop?.fromOutside && stop === undefined) add('stop')
  if (phase === 'draining') add('quiet')
  const canHurry = configuration.stop?.hurryMs !== undefined && stop && !stop.isHurried
  if (canHurry && phase !== 'stopped') add('hurry')
  if (world.stopAlarm <= world.now) add('stop-due')
}

function addTaskMoves(world: World, index: number, calls: ReadonlySet<Call>, add: Add): void {
  const model = world.tasks[index]
  const record = recordOf(world, index)
  const { phase } = world.kernel
  const isStopping = phase === 'stopping' || phase === 'stopped'
  if (!model) return
  if (!model.isRegistered) {
    if (!isStopping && calls.has('unregister')) add('register', index)
    if (calls.has('trigger')) add('trigger', index)
    if (calls.has('restart')) add('restart', index)
    return
  }
  if (model.alarm <= world.now) {
    add('task-due', index)
    if (calls.has('standby')) add('task-due', index, 0, 1)
  }
  if (model.plansOwed > 0) add('plan', index)
  const isEarly = phase === 'new' && !calls.has('trigger-early')
  if (isEarly || !record || model.plansOwed > 1) return
  addCalls(calls, index, record.paused, add)
  if (calls.has('unregister')) add('unregister', index)
  // A host may still answer after the stop has given up waiting for the answer.
  if (record.host?.stop === 'asked' || record.host?.stop === 'expired') add('host-stopped', index)
  if (calls.has('report')) {
    add('host-skipped', index)
    add('host-missed', index)
  }
  if (calls.has('trigger') && mayBegin(record, isStopping)) add('trigger', index)
  const { canAbort } = taskKinds[record.config.planning]
  if (canAbort && calls.has('trigger') && calls.has('standby')) add('trigger', index, 0, 1)
  if (calls.has('reschedule') && !model.isRescheduled) {
    add('reschedule', index)
    if (record.slotDueAt <= world.now) add('reschedule', index, 0, 1)
  }
  if (calls.has('set-clock') && record.slotDueAt < Number.POSITIVE_INFINITY) {
    add('set-back', index)
    // Without this condition, the clock could be set forward without end, and the number of states would be infinite.
    const isAhead = (record.slot ?? 0) > world.now + periodOf(world, index)
    if (record.config.planning === 'slots' && !isAhead) add('set-forward', index)
  }
  if (calls.has('judge')) addJudgements(record, index, isStopping, add)
}

function mayBegin(record: KernelTask, isStopping: boolean): boolean {
  if (taskKinds[record.config.planning].canAbort) return true
  return (record.runs?.length ?? 0) < record.config.limit && !(isStopping && !isHostUp(record))
}

function addCalls(calls: ReadonlySet<Call>, index: number, isPaused: boolean, add: Add): void {
  if (calls.has('pause')) add('pause', index, 0, isPaused ? 1 : 0)
  if (calls.has('pause-until')) add('pause', index, 0, 2)
  if (calls.has('restart')) add('restart', index)
}

function addJudgements(record: KernelTask, index: number, isStopping: boolean, add: Add): void {
  if (record.removed || record.mode === 'registered') return
  if (record.paused || record.standby || isStopping) add('judge', index, 0, 4)
  if (isStopping) return
  for (let choice = 0; choice < 3; choice += 1) add('judge', index, 0, choice)
  if (liveRuns(record) > 0) add('judge', index, 0, 3)
}

function addRunMoves(world: World, index: number, calls: ReadonlySet<Call>, add: Add): void {
  const record = recordOf(world, index)
  let at = -1
  for (const run of record?.runs ?? []) {
    at += 1
    const model = world.runs.get(run.id)
    if (!model) continue
    if (model.alarm <= world.now) add('run-due', index, at)
    if (!model.isLive) {
      if (calls.has('abort')) add('abort', index, at)
      continue
    }
    const choices = model.hasOutcome ? 1 : calls.has('want') ? 6 : 2
    for (let choice = 0; choice < choices; choice += 1) add('settle', index, at, choice)
    if (calls.has('ready') && !run.isReady) add('ready', index, at)
    if (calls.has('extend') && world.stop?.isQuiet && !world.stop.isEnded) add('extend', index, at)
    if (model.hasOutcome) continue
    if (calls.has('ask-stop') && world.stop === undefined) add('ask-stop', index, at)
    if (calls.has('abort')) add('abort', index, at)
  }
}

/** The length of the next tick in milliseconds. 0 if another move must come first or the stop has ended. */
export function tickOf(world: World): number {
  const { now, stop, configuration } = world
  if (stop?.isEnded) return 0
  let overdue = Number.POSITIVE_INFINITY
  let next = now + tickMs
  const alarms = [world.stopAlarm]
  for (const { alarm } of world.tasks) alarms.push(alarm)
  for (const { alarm } of world.runs.values()) alarms.push(alarm)
  for (const alarm of alarms) {
    if (alarm <= now) overdue = Math.min(overdue, alarm)
    else next = Math.min(next, alarm)
  }
  const mayBlock = configuration.blockMs > 0 && (configuration.blocksInStop || !stop?.isQuiet)
  if (overdue <= now && !(mayBlock && next - overdue <= configuration.blockMs)) return 0
  if (stop && !stop.isQuiet && next > stop.quietBy) return 0
  return next - now
}
