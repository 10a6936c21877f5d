import type { Effect } from '../../../src/kernel/effect.ts'
import type { DueSlots, KernelEvent } from '../../../src/kernel/event.ts'
import { type KernelState, type KernelTask, newKernel, newTask } from '../../../src/kernel/state.ts'
import { step } from '../../../src/kernel/step.ts'
import { task as taskSpec, ticks } from '../specs.ts'
import { must } from '../violation.ts'

export const periodMs = ticks(2)
const name = 'a'
const { config } = taskSpec(name, {
  fleet: true,
  catchUpMs: ticks(2),
  timeoutMs: ticks(3),
  abortGraceMs: ticks(1),
})

export interface FleetRunModel {
  readonly slot: number
  readonly token: number
  alarm: number
  isLive: boolean
}

export interface ProcessModel {
  readonly kernel: KernelState
  alarm: number
  state: 'up' | 'stopping' | 'gone'
  readonly runs: Map<number, FleetRunModel>
  /** Ids of runs whose lease is lost, which the process does not know yet. */
  readonly lost: number[]
  answered: { readonly to: number; readonly answer: FleetAnswerModel } | undefined
}

type FleetAnswerModel = Extract<KernelEvent, { type: 'fleet-answered' }>['answer']

export interface EntryModel {
  readonly slot: number
  attempt: number
  token: number
  /** The index of the process that runs the slot; -1 while the slot waits. */
  holder: number
}

export interface FleetWorld {
  now: number
  readonly processes: ProcessModel[]
  lastSlot: number
  entry: EntryModel | undefined
  tokens: number
  faults: number
  readonly ran: Map<number, number>
  readonly reported: Map<number, number>
}

export function newFleetWorld(faults: number): FleetWorld {
  const processes = [0, 1].map((): ProcessModel => {
    const kernel = newKernel(1)
    kernel.tasks.set(name, newTask(name, config))
    return {
      kernel,
      alarm: Number.POSITIVE_INFINITY,
      state: 'up',
      runs: new Map(),
      lost: [],
      answered: undefined,
    }
  })
  const world: FleetWorld = {
    now: 0,
    processes,
    lastSlot: -periodMs,
    entry: undefined,
    tokens: 0,
    faults,
    ran: new Map(),
    reported: new Map(),
  }
  for (const process of processes) send(world, process, { type: 'start' })
  return world
}

export function taskOf({ kernel }: ProcessModel): KernelTask {
  const task = kernel.tasks.get(name)
  if (task === undefined) throw new Error('the task is never unregistered')
  return task
}

type WithoutTask<Event> = Event extends { readonly task: string } ? Omit<Event, 'task'> : Event

export function send(
  world: FleetWorld,
  process: ProcessModel,
  event: WithoutTask<KernelEvent>,
): readonly Effect[] {
  const { now } = world
  const whole = { task: name, ...event } as KernelEvent
  const effects = [...step(process.kernel, whole, { wall: now, mono: now, awake: now })]
  for (const effect of effects) carryOut(world, process, effect)
  return effects
}

function carryOut(world: FleetWorld, process: ProcessModel, effect: Effect): void {
  switch (effect.do) {
    case 'plan': {
      const slot = Math.ceil(world.now / periodMs) * periodMs
      send(world, process, { type: 'slot-planned', slot, dueAt: slot, lastSlot: undefined })
      return
    }
    case 'arm': {
      if (effect.run === undefined) process.alarm = effect.at
      else {
        const run = process.runs.get(effect.run.id)
        if (run) run.alarm = effect.at
      }
      return
    }
    case 'call': {
      const { id, slot = Number.NaN } = effect.run
      world.ran.set(slot, (world.ran.get(slot) ?? 0) + 1)
      process.runs.set(id, { slot, token: world.tokens, alarm: Number.POSITIVE_INFINITY, isLive: true })
      return
    }
    case 'ended': {
      const run = process.runs.get(effect.run.id)
      must(run !== undefined, '2 one outcome', 'a run ends twice')
      onEnded(world, process, run, effect.run.abortedFor === 'shutdown')
      if (effect.outcome !== 'abandoned') process.runs.delete(effect.run.id)
      return
    }
    case 'settled-late':
      process.runs.delete(effect.run.id)
      return
    case 'skip':
      return report(world, effect.slot ?? Number.NaN, effect.count)
    case 'miss':
      return report(world, effect.to, effect.count)
  }
}

function onEnded(world: FleetWorld, process: ProcessModel, run: FleetRunModel, isStopping: boolean): void {
  const { entry } = world
  if (entry?.token !== run.token || world.processes[entry.holder] !== process) return
  if (isStopping) release(world, entry)
  else world.entry = undefined
}

export function release(world: FleetWorld, entry: EntryModel): void {
  world.entry = { ...entry, attempt: entry.attempt + 1, holder: -1, token: 0 }
}

function report(world: FleetWorld, newest: number, count: number): void {
  for (let at = 0; at < count; at += 1) {
    const slot = newest - at * periodMs
    world.reported.set(slot, (world.reported.get(slot) ?? 0) + 1)
  }
}

export function dueSlots(world: FleetWorld, process: ProcessModel): DueSlots | undefined {
  const { slot, slotDueAt } = taskOf(process)
  if (slot === undefined || slotDueAt > world.now) return undefined
  const count = Math.floor((world.now - slot) / periodMs) + 1
  const newest = slot + (count - 1) * periodMs
  const recent = count === 1 ? [newest] : [newest - periodMs, newest]
  const next = newest + periodMs
  const base = { count, atLeast: false, oldest: slot, newest, recent, lateMs: world.now - newest }
  return { ...base, next, nextDueAt: next, standby: false, jumpedOver: false }
}
