import type { KernelState, KernelTask } from '../../src/kernel/state.ts'
import { newKernel, newTask } from '../../src/kernel/state.ts'
import type { Configuration } from './configuration.ts'

/** A run as the shell sees it. */
export interface ModelRun {
  readonly task: number
  alarm: number
  /** Its function has not settled. */
  isLive: boolean
  hasOutcome: boolean
  /** It belongs to an earlier task of the same name, and was abandoned by it. */
  isFormer: boolean
  /** Somebody waits for its outcome. */
  requestId: number
}

/** A task as the shell sees it, and what the invariants have to remember of it. */
export interface ModelTask {
  alarm: number
  /** Slots lie whole periods from here. */
  anchor: number
  /** How many questions for the first slot are not answered yet. */
  plansOwed: number
  /** The name is taken. */
  isRegistered: boolean
  isRescheduled: boolean
  /** Times of the restarts that nobody asked for by hand. */
  restarts: number[]
  /** No such restart may come before. */
  backoffUntil: number
  /** The newest slot that gave a run. */
  lastRunSlot: number
  /** Its rule has an open episode. */
  isOpen: boolean
}

/** What the invariants have to remember of a stop. */
export interface ModelStop {
  deadline: number
  /** `quiet` comes no later. */
  quietBy: number
  isQuiet: boolean
  isEnded: boolean
  isHurried: boolean
  /** The share of each reserve that there was time for, in thousandths. */
  scale: number
}

/** The kernel, and the part of the shell that it works with. */
export interface World {
  readonly configuration: Configuration
  now: number
  readonly kernel: KernelState
  readonly tasks: ModelTask[]
  readonly runs: Map<number, ModelRun>
  stopAlarm: number
  stop: ModelStop | undefined
}

/** The time of each state that is searched: only differences matter. */
export const epoch = 1_000_000

export function newWorld(configuration: Configuration): World {
  const kernel = newKernel(1)
  for (const { name, config } of configuration.tasks) kernel.tasks.set(name, newTask(name, config))
  return {
    configuration,
    now: epoch,
    kernel,
    tasks: configuration.tasks.map(() => newModelTask()),
    runs: new Map(),
    stopAlarm: Number.POSITIVE_INFINITY,
    stop: undefined,
  }
}

export function newModelTask(): ModelTask {
  return {
    alarm: Number.POSITIVE_INFINITY,
    anchor: epoch,
    plansOwed: 0,
    isRegistered: true,
    isRescheduled: false,
    restarts: [],
    backoffUntil: Number.NEGATIVE_INFINITY,
    lastRunSlot: Number.NEGATIVE_INFINITY,
    isOpen: false,
  }
}

/** The place of a task in its configuration; its name is a letter. */
export function indexOf(world: World, name: string): number {
  return world.configuration.tasks.findIndex((task) => task.name === name)
}

export function recordOf(world: World, index: number): KernelTask | undefined {
  return world.kernel.tasks.get(nameOf(world, index))
}

export function nameOf(world: World, index: number): string {
  return world.configuration.tasks[index]?.name ?? ''
}

/** The period that holds now, also after a reschedule. */
export function periodOf(world: World, index: number): number {
  const spec = world.configuration.tasks[index]
  const task = world.tasks[index]
  return (task?.isRescheduled ? spec?.other?.periodMs : spec?.periodMs) ?? 0
}
