import type { JudgedRule } from '../../src/health/step-health.ts'
import { suspendHealth } from '../../src/health/step-health.ts'
import type { RunState } from '../../src/kernel/state.ts'
import { newTask } from '../../src/kernel/state.ts'
import { taskKinds } from '../../src/kernel/task-kinds.ts'
import { tickMs } from './configuration.ts'
import { checkDeadline } from './invariants/stop.ts'
import type { Move } from './moves.ts'
import { tickOf } from './moves.ts'
import { dueSlots, firstSlot, passedSlot } from './schedule.ts'
import { sendStrays } from './stray.ts'
import type { Watch } from './take-step.ts'
import { answerPlan, checkRested, takeStep } from './take-step.ts'
import type { World } from './world.ts'
import { nameOf, newModelTask, periodOf, recordOf } from './world.ts'

function newRequestId(world: World): number {
  let newest = 100
  for (const { queued } of world.kernel.tasks.values()) newest = Math.max(newest, queued?.requestId ?? 0)
  return newest + 1
}

const never = Number.POSITIVE_INFINITY
const pauseMs = 2 * tickMs

export function perform(world: World, move: Move, watch: Watch): void {
  if (move.kind === 'tick') {
    world.now += tickOf(world)
    checkDeadline(world)
  } else if (isOfSupervisor(move)) performOnSupervisor(world, move, watch)
  else if (isOfRun(move)) performOnRun(world, move, watch)
  else performOnTask(world, move, watch)
  checkRested(world)
}

function isOfSupervisor({ kind }: Move): boolean {
  return ['start', 'stop', 'quiet', 'hurry', 'stop-due'].includes(kind)
}

function isOfRun({ kind }: Move): boolean {
  return ['run-due', 'settle', 'ready', 'extend', 'ask-stop', 'abort'].includes(kind)
}

function performOnSupervisor(world: World, { kind }: Move, watch: Watch): void {
  switch (kind) {
    case 'start':
      return takeStep(world, { type: 'start' }, watch)
    case 'stop':
      return stop(world, watch)
    case 'quiet':
      return takeStep(world, { type: 'quiet' }, watch)
    case 'hurry': {
      const deadline = world.now + (world.configuration.stop?.hurryMs ?? 0)
      return takeStep(world, { type: 'hurry', deadline }, watch)
    }
    case 'stop-due':
      world.stopAlarm = never
      return takeStep(world, { type: 'stop-due' }, watch)
  }
}

function stop(world: World, watch: Watch): void {
  const spec = world.configuration.stop
  if (!spec) return
  const { classGraceMs, reserveMs, flushMs, drain } = spec
  const deadline = world.now + spec.deadlineMs
  takeStep(world, { type: 'stop', deadline, classGraceMs, reserveMs, flushMs, drain }, watch)
}

function performOnTask(world: World, { kind, task: index, choice }: Move, watch: Watch): void {
  const task = nameOf(world, index)
  const model = world.tasks[index]
  const record = recordOf(world, index)
  switch (kind) {
    case 'task-due': {
      const slots = dueSlots(world, index, choice === 1)
      if (model) model.alarm = never
      return takeStep(world, { type: 'due', task, run: 0, slots }, watch)
    }
    case 'stray':
      return sendStrays(world, index, watch)
    case 'plan':
      return answerPlan(world, index, watch)
    case 'set-back':
      return setBack(world, index, watch)
    case 'set-forward':
      return setForward(world, index, watch)
    case 'trigger': {
      const isCall = record !== undefined && !taskKinds[record.config.planning].canAbort
      const trigger = isCall ? 'call' : 'manual'
      return takeStep(
        world,
        { type: 'trigger', task, trigger, requestId: newRequestId(world), standby: choice === 1 },
        watch,
      )
    }
    case 'host-skipped':
      return takeStep(
        world,
        { type: 'host-skipped', task, reason: 'overlap', detail: undefined, count: 1 },
        watch,
      )
    case 'host-missed':
      return takeStep(world, { type: 'host-missed', task, count: 2, at: world.now }, watch)
    case 'host-stopped':
      return takeStep(world, { type: 'host-stopped', task }, watch)
    case 'restart':
      return takeStep(
        world,
        { type: 'restart', task, cause: 'manual', requestId: newRequestId(world), progress: false },
        watch,
      )
    case 'pause':
      if (choice === 1) return takeStep(world, { type: 'resume', task }, watch)
      return takeStep(
        world,
        { type: 'pause', task, reason: undefined, until: choice === 2 ? world.now + pauseMs : undefined },
        watch,
      )
    case 'unregister':
      return takeStep(world, { type: 'unregister', task }, watch)
    case 'register':
      return register(world, index, watch)
    case 'reschedule': {
      const other = world.configuration.tasks[index]?.other
      if (!other) return
      const slots = choice === 0 ? dueSlots(world, index, false) : undefined
      const passed = passedSlot(world, index, slots)
      const lastSlot = other.config.planning === 'slots' ? undefined : Number.NEGATIVE_INFINITY
      return takeStep(
        world,
        { type: 'reschedule', task, config: other.config, slots, passed, lastSlot },
        watch,
      )
    }
    case 'judge':
      return judge(world, index, choice, watch)
  }
}

function register(world: World, index: number, watch: Watch): void {
  const spec = world.configuration.tasks[index]
  if (!spec) return
  world.tasks[index] = { ...newModelTask(), anchor: world.now }
  for (const run of world.runs.values()) if (run.task === index) run.isFormer = true
  takeStep(world, { type: 'register', task: spec.name, record: newTask(spec.name, spec.config) }, watch)
}

function setBack(world: World, index: number, watch: Watch): void {
  const task = nameOf(world, index)
  const model = world.tasks[index]
  if (!model) return
  const isDue = model.alarm <= world.now
  const stale = dueSlots(world, index, false)
  model.anchor = world.now
  model.lastRunSlot = Number.NEGATIVE_INFINITY
  const { slot, dueAt } = firstSlot(world, index)
  if (isDue) model.alarm = never
  takeStep(world, { type: 'slot-planned', task, slot, dueAt, lastSlot: Number.NEGATIVE_INFINITY }, watch)
  if (isDue) takeStep(world, { type: 'due', task, run: 0, slots: stale }, watch)
}

const jumpedPeriods = 2

function setForward(world: World, index: number, watch: Watch): void {
  const task = nameOf(world, index)
  const model = world.tasks[index]
  const slot = recordOf(world, index)?.slot
  if (!model || slot === undefined) return
  takeStep(world, { type: 'slot-planned', task, slot, dueAt: world.now, lastSlot: undefined }, watch)
  const until = Math.max(world.now, slot) + jumpedPeriods * periodOf(world, index)
  const slots = dueSlots(world, index, false, until)
  model.alarm = never
  if (slots) takeStep(world, { type: 'due', task, run: 0, slots: { ...slots, jumpedOver: true } }, watch)
}

const rule = { rule: 'rule', life: { forMs: 0, runs: 1, keepForMs: 0, okRuns: 1 }, restarts: true }
const bad = { kind: 'bad', status: 'unhealthy', value: 2, limit: 1, reason: 'bad' } as const
const failed = { kind: 'failed', reason: 'the rule threw' } as const
const judgements: readonly JudgedRule['judgement'][] = [{ kind: 'fine' }, bad, failed, bad, bad]

function judge(world: World, index: number, choice: number, watch: Watch): void {
  const record = recordOf(world, index)
  const judgement = judgements[choice]
  if (!record || !judgement) return
  if (choice < 4 && (record.paused || record.standby)) {
    // As in the shell: a paused or standby task is not judged, and keeps only its open episodes. Choice 4 is judged
    // anyway.
    if (record.health) suspendHealth(record.health)
    return
  }
  const rules = [{ ...rule, judgement, target: { run: undefined, progress: choice === 3 } }]
  takeStep(
    world,
    {
      type: 'judged',
      task: record.name,
      rules,
      since: 0,
      hasSucceeded: true,
      isFailing: false,
      runEnded: true,
    },
    watch,
  )
}

function performOnRun(world: World, { kind, task: index, run: at, choice }: Move, watch: Watch): void {
  const task = nameOf(world, index)
  const run: RunState | undefined = recordOf(world, index)?.runs?.[at]
  if (!run) return
  const model = world.runs.get(run.id)
  if (!model) return
  switch (kind) {
    case 'run-due':
      model.alarm = never
      return takeStep(world, { type: 'due', task, run: run.id, slots: undefined }, watch)
    case 'settle': {
      model.isLive = false
      const predicateSaid = choice < 2 ? undefined : choice < 4
      return takeStep(
        world,
        { type: 'settled', task, run: run.id, ok: choice % 2 === 0, predicateSaid },
        watch,
      )
    }
    case 'ready':
      return takeStep(world, { type: 'ready', task, run: run.id, how: 'ready' }, watch)
    case 'extend':
      return takeStep(world, { type: 'extend', task, run: run.id, ms: tickMs }, watch)
    case 'ask-stop':
      takeStep(world, { type: 'stop-asked', task, run: run.id }, watch)
      return stop(world, watch)
    case 'abort':
      return takeStep(world, { type: 'abort', task, run: run.id }, watch)
  }
}
