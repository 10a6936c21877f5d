import type { Effect } from '../src/kernel/effect.ts'
import type { DueSlots, KernelEvent } from '../src/kernel/event.ts'
import type { KernelState, KernelTask, TaskConfig } from '../src/kernel/state.ts'
import { newKernel, newTask } from '../src/kernel/state.ts'
import { step } from '../src/kernel/step.ts'
import { task as taskSpec } from './model/specs.ts'

export class KernelScene {
  readonly state: KernelState = newKernel(1)
  now = 0

  add(name: string, config: Partial<TaskConfig> = {}): KernelTask {
    const record = newTask(name, taskSpec(name, config).config)
    this.send({ type: 'register', task: name, record })
    return record
  }

  at(seconds: number): this {
    this.now = seconds * 1_000
    return this
  }

  send(event: KernelEvent): readonly string[] {
    const now = { wall: this.now, mono: this.now, awake: this.now }
    return step(this.state, event, now).map(textOf)
  }

  plan(task: string, seconds: number, isSetBack = false): readonly string[] {
    const at = seconds * 1_000
    return this.send({
      type: 'slot-planned',
      task,
      slot: at,
      dueAt: at,
      lastSlot: isSetBack ? Number.NEGATIVE_INFINITY : undefined,
    })
  }

  due(task: string, ...seconds: readonly number[]): readonly string[] {
    const recent = seconds.map((slot) => slot * 1_000)
    const newest = recent.at(-1) ?? 0
    const next = newest + 2_000
    const slots: DueSlots = {
      count: recent.length,
      atLeast: false,
      oldest: recent[0] ?? 0,
      newest,
      recent,
      lateMs: this.now - newest,
      next,
      nextDueAt: next,
      standby: false,
      jumpedOver: false,
    }
    return this.send({ type: 'due', task, run: 0, slots })
  }

  runDue(task: string, run: number): readonly string[] {
    return this.send({ type: 'due', task, run, slots: undefined })
  }

  settle(task: string, run: number, ok = true): readonly string[] {
    return this.send({ type: 'settled', task, run, ok, predicateSaid: undefined })
  }

  trigger(task: string, requestId = 1): readonly string[] {
    return this.send({ type: 'trigger', task, trigger: 'manual', requestId, standby: false })
  }

  stop(options: { readonly deadline?: number; readonly drain?: boolean } = {}): readonly string[] {
    const { deadline = 6, drain = false } = options
    const graces = { classGraceMs: 2_000, reserveMs: 1_000, flushMs: 1_000 }
    return this.send({ type: 'stop', deadline: this.now + deadline * 1_000, drain, ...graces })
  }
}

/** Returns for example `ended a#1 failed`: run 1 of the task `a` failed. */
function textOf(effect: Effect): string {
  const task = 'task' in effect && effect.task ? ` ${effect.task.name}` : ''
  const run = 'run' in effect && effect.run ? `#${effect.run.id}` : ''
  const head = `${effect.do}${task}${run}`
  if (effect.do === 'ended') return `${head} ${effect.outcome}`
  if (effect.do === 'arm' || effect.do === 'arm-stop') return `${head} ${effect.at / 1_000}`
  if (effect.do === 'miss') return `${head} ×${effect.count}`
  if ('reason' in effect && effect.reason) return `${head} ${effect.reason}`
  return head
}
