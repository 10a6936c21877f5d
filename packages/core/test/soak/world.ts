import type { ClockTimer, RunContext, StopOptions, Task } from '../../src/index.ts'
import { logObserver, Supervisor } from '../../src/index.ts'
import { VirtualClock } from '../../src/testing/index.ts'
import { Answers } from './answers.ts'
import type { Call } from './behavior.ts'
import { callFrom } from './calls.ts'
import { FaultyObserver } from './faulty-observer.ts'
import type { Expected, HostSpec } from './host-spec.ts'
import { Hosts } from './hosts.ts'
import type { Scene } from './journal.ts'
import type { Surroundings } from './live-function.ts'
import { behave, LiveFunction } from './live-function.ts'
import { Oracle } from './oracle/oracle.ts'
import { expectRefusal, refusable } from './refusals.ts'
import type { ScheduleSpec, Spec } from './spec.ts'
import { optionsOf, scheduleOf } from './spec.ts'

const maxCalls = 8

interface StopLimits {
  readonly deadline: number
  readonly classGrace: number
}

/** Timers of this clock fire after whole milliseconds, so that tests can compare times exactly. */
class WholeClock extends VirtualClock {
  override timer(callback: () => void, delayMs: number): ClockTimer {
    return super.timer(callback, Math.ceil(delayMs))
  }
}

export class World implements Surroundings {
  readonly clock = new WholeClock({ startAt: '2026-03-01T00:00:00Z' })
  readonly supervisor: Supervisor
  readonly oracle: Oracle
  readonly faulty: FaultyObserver
  readonly functions: LiveFunction[] = []
  readonly hosts = new Hosts(this)
  readonly #answers = new Answers()
  readonly #runsOf = new Map<Spec, number>()
  #enabled = true
  #blockedMs = 0
  #ownTimers = 0
  #spawned = 0
  #calls = 0

  constructor(observersFail: boolean) {
    this.oracle = new Oracle(
      () => this.clock.monotonic(),
      () => this.clock.now(),
      () => this.supervisor,
    )
    this.faulty = new FaultyObserver(observersFail)
    const angry = (): never => {
      throw new Error('logger')
    }
    const logger = { debug: angry, info: angry, warn: angry, error: angry }
    const faulty = observersFail ? [this.faulty, logObserver(logger)] : []
    const observers = [this.oracle.observer, ...faulty]
    this.supervisor = new Supervisor({ clock: this.clock, observers, seed: 3, env: {}, monitor: '5s' })
  }

  get scene(): Scene {
    const nextInMs = this.clock.nextInMs ?? Number.POSITIVE_INFINITY
    return {
      mono: this.clock.monotonic(),
      wall: this.clock.now(),
      blockedMs: this.#blockedMs,
      isSettled: nextInMs > 0,
      phase: this.supervisor.report().phase,
      current: this.oracle.current,
      registrations: this.oracle.registrations,
    }
  }

  register(wish: Spec): void {
    // The start of a supervisor fails if a dependency is not registered.
    const isThere = wish.dependsOn !== undefined && this.oracle.current.has(wish.dependsOn)
    const spec = isThere ? wish : { ...wish, dependsOn: undefined }
    const enabled = spec.hasEnabled && spec.schedule.kind !== 'loop' ? () => this.#enabled : undefined
    this.oracle.registering = { name: spec.name, spec, host: undefined }
    refusable(() => {
      const task = this.supervisor.register({
        ...optionsOf(spec),
        enabled,
        run: (context) => this.#run(spec, context),
      })
      const registration = this.oracle.current.get(spec.name)
      if (registration) registration.task = task
    })
    this.oracle.registering = undefined
  }

  adopt(host: HostSpec): void {
    this.oracle.registering = { name: host.name, spec: undefined, host }
    const task = this.hosts.adopt(host)
    const registration = this.oracle.current.get(host.name)
    if (task && registration) registration.task = task
    this.oracle.registering = undefined
  }

  onHostLeaves(name: string): void {
    this.oracle.onLeave(name)
  }

  onHostReschedules(name: string, expected: Expected): void {
    this.oracle.onHostReschedule(name, expected)
  }

  keep(what: string, promise: Promise<unknown>): void {
    this.#answers.keep(what, promise)
  }

  #run(spec: Spec, context: RunContext): unknown {
    const count = this.#runsOf.get(spec) ?? 0
    this.#runsOf.set(spec, count + 1)
    const behavior = spec.behaviors[count % spec.behaviors.length] ?? { does: 'return' as const }
    const live = new LiveFunction(context, behavior)
    this.functions.push(live)
    return behave(live, this)
  }

  start(): void {
    this.#answers.keep('start', this.supervisor.start().catch(expectRefusal))
  }

  async advance(ms: number): Promise<void> {
    await this.clock.advance(Math.max(0, ms))
  }

  dueIn(what: 'timer' | 'slot' | 'restart' | 'stop', which: number): number {
    const tasks = [...this.supervisor.tasks()]
    const task = tasks[which % Math.max(1, tasks.length)]
    const wall = this.clock.now()
    const at = what === 'slot' ? task?.nextRunAt : what === 'restart' ? task?.nextRestartAt : undefined
    if (what === 'stop') return this.oracle.stop.deadline - this.clock.monotonic()
    return (at === undefined ? undefined : at - wall) ?? this.clock.nextInMs ?? 0
  }

  /** @param sleeps - true suspends the machine for `ms`; false changes the wall clock by `ms` */
  jump(ms: number, sleeps: boolean): void {
    this.oracle.onJump()
    if (sleeps) this.clock.suspend(ms)
    else this.clock.jump(ms)
  }

  block(ms: number): void {
    this.#blockedMs += ms
    this.oracle.stop.onBlock()
    this.clock.block(ms)
  }

  after(ms: number, callback: () => void): void {
    this.#ownTimers += 1
    this.clock.timer(() => {
      this.#ownTimers -= 1
      callback()
    }, ms)
  }

  settle(which: number, how: 'ok' | 'throw'): void {
    const open = this.functions.filter((one) => !one.hasSettled)
    open[which % Math.max(1, open.length)]?.settle(how)
  }

  beat(which: number): void {
    const open = this.functions.filter((one) => !one.hasSettled)
    open[which % Math.max(1, open.length)]?.context.beat('by command')
  }

  task(which: number): Task | undefined {
    const tasks = [...this.supervisor.tasks()]
    return tasks[which % Math.max(1, tasks.length)]
  }

  pause(task: Task | undefined): void {
    task?.pause('why not')
  }

  trigger(task: Task | undefined): void {
    if (!task) return
    const result = task.trigger('input')
    this.#answers.keep(`trigger ${task.name}`, result)
    void result.then((answer) => this.oracle.onResult(task.name, answer))
  }

  restart(task: Task | undefined): void {
    if (!task) return
    if (this.supervisor.report().phase === 'started') this.oracle.onManualRestart(task.name)
    this.#answers.keep(`restart ${task.name}`, task.restart())
  }

  reschedule(task: Task | undefined, schedule: ScheduleSpec): void {
    if (!task) return
    const isLoop = task.schedule.info.kind === 'loop' || schedule.kind === 'loop'
    if (!isLoop) this.oracle.onReschedule(task.name, schedule)
    refusable(() => task.reschedule(scheduleOf(schedule)))
  }

  unregister(task: Task | undefined): void {
    if (!task) return
    this.oracle.onLeave(task.name)
    this.#answers.keep(`unregister ${task.name}`, task.unregister())
  }

  spawn(settles: boolean): void {
    this.#spawned += 1
    const run = (context: RunContext): Promise<unknown> => {
      const live = new LiveFunction(context, { does: 'pending', obeys: true, listens: true })
      this.functions.push(live)
      return behave(live, this) as Promise<unknown>
    }
    const handle = this.supervisor.spawn(`spawned-${this.#spawned % 2}`, run, { abortGrace: 50 })
    this.#answers.keep('spawn', handle.outcome)
    if (settles) this.functions.at(-1)?.settle('ok')
    else if (this.#spawned % 3 === 0) handle.abort()
  }

  flipEnabled(): void {
    this.#enabled = !this.#enabled
  }

  stop(options: StopOptions & StopLimits): void {
    this.onStopAsked(options)
    this.#answers.keep('stop', this.supervisor.stop(options))
  }

  onStopAsked({ deadline, classGrace }: StopLimits): void {
    const limits = { deadlineMs: deadline, classGraceMs: classGrace }
    this.oracle.stop.onStop(limits, this.clock.monotonic(), this.#blockedMs)
  }

  hurry(ms: number): void {
    this.oracle.stop.onHurry(ms, this.clock.monotonic())
    this.supervisor.hurry(ms)
  }

  call(what: Call, live: LiveFunction): void {
    // Without this limit, a run could trigger its own task forever.
    this.#calls += 1
    if (this.#calls <= maxCalls) callFrom(live, what, this)
  }

  onAbort(live: LiveFunction): void {
    const reason: unknown = live.context.signal.reason
    if (typeof reason !== 'object' || reason === null || !('abortedFor' in reason)) return
    if (reason.abortedFor !== 'shutdown' || live.hasSettled || !('deadline' in reason)) return
    const hasTime = Number(reason.deadline) > this.clock.now()
    this.oracle.onAbort(live.task, hasTime, this.scene)
  }

  async verify(): Promise<void> {
    await this.clock.settle()
    this.supervisor.live()
    this.supervisor.ready()
    this.oracle.check(this.scene)
  }

  async end(): Promise<void> {
    this.stop({ deadline: 2_000, classGrace: 500 })
    await this.clock.settle()
    // If the event loop is blocked, the stop may last longer than its deadline. So one advance is not enough.
    for (let round = 0; round < 20 && this.#answers.isOpen('stop'); round += 1) {
      const leftMs = this.oracle.stop.deadline - this.clock.monotonic()
      await this.clock.advance(Math.max(1, leftMs + 1))
    }
    await this.clock.settle()
    const { missing } = this.#answers
    const timers = this.clock.pending - this.#ownTimers
    this.oracle.must(missing.length === 0, '5 deadline', () => `not settled: ${missing.join()}`)
    this.oracle.must(timers === 0, '7 silence', () => `${timers} timers are armed after the end`)
    this.oracle.check(this.scene)
  }
}
