import type { KernelEvent } from '../../src/kernel/event.ts'
import type { KernelTask } from '../../src/kernel/state.ts'
import { stateOf } from '../../src/kernel/state.ts'
import { step } from '../../src/kernel/step.ts'
import { carryOut } from './carry-out.ts'
import type { Coverage } from './coverage.ts'
import { checkAgreement, checkOwed } from './invariants/agreement.ts'
import { checkControl, checkPauses, signIn } from './invariants/controls.ts'
import { checkRequests } from './invariants/requests.ts'
import { checkSlots } from './invariants/slots.ts'
import { checkStop, noteStop } from './invariants/stop.ts'
import type { Occurrence } from './occurrence.ts'
import { waitingCount } from './occurrence.ts'
import { firstSlot } from './schedule.ts'
import type { World } from './world.ts'
import { indexOf, nameOf, recordOf } from './world.ts'

export type Listener = (occurrence: Occurrence) => void

export interface Watch {
  readonly coverage: Coverage
  readonly onStep: Listener | undefined
}

export function takeStep(world: World, given: KernelEvent, watch: Watch): void {
  const { kernel } = world
  const event = signIn(world, given)
  noteCoverage(world, event, watch.coverage)
  const before = {
    phaseBefore: kernel.phase,
    classBefore: kernel.shutdown?.current ?? -1,
    waitingBefore: world.tasks.map((_, index) => waitingCount(world, index)),
    pendingBefore: world.tasks.map((_, index) => recordOf(world, index)?.slot),
    heldBefore: world.tasks.map((_, index) => recordOf(world, index)?.held ?? false),
    overdueBefore: world.tasks.map((_, index) => isOverdue(recordOf(world, index), world.now)),
    requestsBefore: world.tasks.map((_, index) => recordOf(world, index)?.queued?.requestId ?? 0),
    pausedUntilBefore: world.tasks.map((_, index) => recordOf(world, index)?.pausedUntil),
    newRequest: event.type === 'trigger' || event.type === 'restart' ? event.requestId : 0,
  }
  noteStop({ world, event, phaseBefore: before.phaseBefore })
  const effects = step(kernel, event, { wall: world.now, mono: world.now, awake: world.now })
  const occurrence: Occurrence = { world, event, effects, ...before }
  watch.onStep?.(occurrence)
  for (const effect of effects) {
    watch.coverage.effect(effect.do)
    carryOut(occurrence, effect)
  }
  checkRequests(occurrence)
  checkSlots(occurrence)
  checkControl(occurrence)
  checkStop(occurrence)
  follow(occurrence, watch)
}

function isOverdue(record: KernelTask | undefined, now: number): boolean {
  return record?.slot !== undefined && !record.held && record.slotDueAt <= now
}

function noteCoverage(world: World, event: KernelEvent, coverage: Coverage): void {
  const name = event.type === 'due' && event.run !== 0 ? 'due (run)' : event.type
  for (const [index, { name: task }] of world.configuration.tasks.entries()) {
    if ('task' in event && event.task !== task) continue
    const record = recordOf(world, index)
    coverage.event(name, record ? stateOf(record) : 'absent')
  }
}

function follow({ world, effects }: Occurrence, watch: Watch): void {
  for (const effect of effects) {
    if (effect.do === 'plan') {
      const index = indexOf(world, effect.task.name)
      const model = world.tasks[index]
      if (model) model.plansOwed += 1
      if (!world.configuration.latePlans) answerPlan(world, index, watch)
    }
    const isFinished = effect.do === 'task-stopped' && effect.reason === 'finished'
    if (isFinished && effect.task.config.planning === 'once' && !isKept(world, effect.task.name)) {
      takeStep(world, { type: 'unregister', task: effect.task.name }, watch)
    }
  }
}

function isKept(world: World, name: string): boolean {
  return world.configuration.tasks[indexOf(world, name)]?.keep ?? false
}

export function answerPlan(world: World, index: number, watch: Watch): void {
  const model = world.tasks[index]
  if (model) model.plansOwed -= 1
  const { slot, dueAt } = firstSlot(world, index)
  takeStep(
    world,
    { type: 'slot-planned', task: nameOf(world, index), slot, dueAt, lastSlot: undefined },
    watch,
  )
}

export function checkRested(world: World): void {
  checkAgreement(world)
  checkPauses(world)
  checkOwed(world)
}
