import type { DiscoveryService } from '@nestjs/core'
import type { ExternalOptions, ExternalTask } from '@runwell/core'
import { afterCall } from '../base/after-call.ts'
import type { HostSchedule } from './host-schedule.ts'

interface RegistryLike {
  doesExist(type: HostSchedule['kind'], name: string): boolean
  getCronJob(name: string): CronJobLike
  deleteCronJob(name: string): void
  deleteInterval(name: string): void
  deleteTimeout(name: string): void
}

interface CronJobLike {
  readonly isActive: boolean
  start(): void
  stop(): unknown
  nextDate(): { toJSDate(): Date }
}

const removes = { cron: 'deleteCronJob', interval: 'deleteInterval', timeout: 'deleteTimeout' } as const

export class HostJob {
  readonly #discovery: DiscoveryService
  readonly #kind: HostSchedule['kind']
  #name = ''
  #registry: RegistryLike | undefined
  #isOver = false

  constructor(discovery: DiscoveryService, kind: HostSchedule['kind']) {
    this.#discovery = discovery
    this.#kind = kind
  }

  get isGone(): boolean {
    return this.#registry !== undefined && !this.#registry.doesExist(this.#kind, this.#name)
  }

  /** Intervals and timeouts can be triggered and removed, but not paused. */
  control(trigger: () => unknown): NonNullable<ExternalOptions['control']> {
    const stop = (): void => {
      this.#isOver = true
      if (this.#registry && !this.isGone) this.#registry[removes[this.#kind]](this.#name)
    }
    if (this.#kind !== 'cron') return { trigger, stop }
    return {
      trigger,
      stop,
      pause: () => this.#cronJob()?.stop(),
      resume: () => this.#cronJob()?.start(),
      nextRunAt: () => (this.#cronJob()?.isActive ? this.#cronJob()?.nextDate().toJSDate() : undefined),
    }
  }

  follow(task: ExternalTask, name: string): void {
    this.#name = name
    const registry = this.#discovery
      .getProviders()
      .find((wrapper) => wrapper.name === 'SchedulerRegistry')?.instance
    this.#registry = registry as RegistryLike
    const job = this.#cronJob()
    if (job) followCronJob(task, job)
    afterCall(this.#registry, removes[this.#kind], () => {
      if (this.isGone && !this.#isOver) void task.hostRemoved()
    })
  }

  #cronJob(): CronJobLike | undefined {
    return this.#kind === 'cron' && !this.isGone ? this.#registry?.getCronJob(this.#name) : undefined
  }
}

function followCronJob(task: ExternalTask, job: CronJobLike): void {
  let isStopped = !job.isActive
  if (isStopped) task.hostPaused('not started by @nestjs/schedule')
  afterCall(job, 'stop', () => {
    isStopped = true
    task.hostPaused('stopped in @nestjs/schedule')
  })
  // The job itself calls `start` at each tick, so only the first `start` after a `stop` counts.
  afterCall(job, 'start', () => {
    if (isStopped) task.hostResumed()
    isStopped = false
  })
}
