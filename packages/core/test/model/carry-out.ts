import type { Effect } from '../../src/kernel/effect.ts'
import type { KernelTask, RunState } from '../../src/kernel/state.ts'
import { checkAbort, checkGrace } from './invariants/aborts.ts'
import { checkCall, checkEnded, checkSettledLate } from './invariants/runs.ts'
import type { Occurrence } from './occurrence.ts'
import { must } from './violation.ts'
import { indexOf } from './world.ts'

export function carryOut(occurrence: Occurrence, effect: Effect): void {
  const { world } = occurrence
  switch (effect.do) {
    case 'call':
      return call(occurrence, effect.task, effect.run, effect.requestId)
    case 'abort':
      return checkAbort(occurrence, effect.task, effect.run)
    case 'ended': {
      checkEnded(occurrence, effect.run, effect.outcome)
      const run = world.runs.get(effect.run.id)
      if (!run) return
      run.alarm = Number.POSITIVE_INFINITY
      run.hasOutcome = true
      run.requestId = 0
      if (effect.outcome !== 'abandoned') world.runs.delete(effect.run.id)
      return
    }
    case 'released':
      world.runs.delete(effect.run.id)
      return
    case 'settled-late':
      checkSettledLate(occurrence, effect.run)
      world.runs.delete(effect.run.id)
      return
    case 'arm':
      return armAlarm(occurrence, effect.task, effect.run, effect.at)
    case 'arm-stop':
      world.stopAlarm = effect.at
      return
    case 'stop-ended':
      if (world.stop) world.stop.isEnded = true
      return
    case 'restart-scheduled': {
      const model = world.tasks[indexOf(world, effect.task.name)]
      if (model) model.backoffUntil = world.now + effect.delayMs
      return
    }
    case 'health': {
      const model = world.tasks[indexOf(world, effect.task.name)]
      if (!model) return
      const { kind } = effect.effect
      if (kind !== 'opened' && kind !== 'closed') return
      must(model.isOpen === (kind === 'closed'), '13 one open episode', `${effect.task.name} ${kind} twice`)
      model.isOpen = kind === 'opened'
      return
    }
    case 'task-started':
    case 'rescheduled': {
      const model = world.tasks[indexOf(world, effect.task.name)]
      if (!model) return
      model.anchor = world.now
      if (effect.do === 'task-started') return
      model.isRescheduled = true
      model.lastRunSlot = Number.NEGATIVE_INFINITY
      return
    }
    case 'unregistered': {
      const model = world.tasks[indexOf(world, effect.task.name)]
      must(model?.isRegistered === true, 'lifecycle', `${effect.task.name} was unregistered twice`)
      model.isRegistered = false
      model.isOpen = false
      model.alarm = Number.POSITIVE_INFINITY
    }
  }
}

function call(occurrence: Occurrence, task: KernelTask, run: RunState, requestId: number): void {
  const { world } = occurrence
  const index = indexOf(world, task.name)
  checkCall(occurrence, task, run)
  const known = world.runs.get(run.id)
  if (known) known.isLive = true
  else
    world.runs.set(run.id, {
      task: index,
      alarm: Number.POSITIVE_INFINITY,
      isLive: true,
      hasOutcome: false,
      isFormer: false,
      requestId,
    })
}

function armAlarm(occurrence: Occurrence, task: KernelTask, run: RunState | undefined, at: number): void {
  const { world } = occurrence
  if (run) {
    const model = world.runs.get(run.id)
    if (!model) return
    checkGrace(occurrence, run, model.alarm, at)
    model.alarm = at
    return
  }
  const model = world.tasks[indexOf(world, task.name)]
  if (model) model.alarm = at
}
