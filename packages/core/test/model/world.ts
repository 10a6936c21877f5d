import type { KernelState, KernelTask } from '../../src/kernel/state.ts'
import { newKernel, newTask } from '../../src/kernel/state.ts'
import type { Configuration } from './configuration.ts'

export interface ModelRun {
  readonly task: number
  alarm: number
  isLive: boolean
  hasOutcome: boolean
  /** True if the run belongs to an earlier task of the same name. */
  isFormer: boolean
  requestId: number
}

export interface ModelTask {
  alarm: number
  /** Slots are whole periods after this time, except for `delay` and for hosts whose slots follow their runs. */
  anchor: number
  /** How many requests of the kernel for the next slot have no answer yet. */
  plansOwed: number
  isRegistered: boolean
  isRescheduled: boolean
  restarts: number[]
  backoffUntil: number
  lastRunSlot: number
  isOpen: boolean
}

export interface ModelStop {
  deadline: number
  quietBy: number
  isQuiet: boolean
  isEnded: boolean
  isHurried: boolean
  /**
   * Multiplies the time that the stop reserves for each class and for flushing, in thousandths. Below 1,000 if less
   * time remains than all reserves.
   */
  scale: number
}

export interface World {
  readonly configuration: Configuration
  now: number
  readonly kernel: KernelState
  readonly tasks: ModelTask[]
  readonly runs: Map<number, ModelRun>
  stopAlarm: number
  stop: ModelStop | undefined
}

/** Every decoded state has this current time. Only differences between times matter. */
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

export function indexOf(world: World, name: string): number {
  return world.configuration.tasks.findIndex((task) => task.name === name)
}

export function recordOf(world: World, index: number): KernelTask | undefined {
  return world.kernel.tasks.get(nameOf(world, index))
}

export function nameOf(world: World, index: number): string {
  return world.configuration.tasks[index]?.name ?? ''
}

export function periodOf(world: World, index: number): number {
  const spec = world.configuration.tasks[index]
  const task = world.tasks[index]
  return (task?.isRescheduled ? spec?.other?.periodMs : spec?.periodMs) ?? 0
}
