import type { DiscoveryService } from '@nestjs/core'
import type { ExternalOptions } from '@runwell/core'
import type { HostSchedule } from './host-schedule.ts'

/** What is used of the registry of `@nestjs/schedule`. */
interface RegistryLike {
  doesExist(type: HostSchedule['kind'], name: string): boolean
  getCronJob(name: string): CronJobLike
  deleteInterval(name: string): void
  deleteTimeout(name: string): void
}

interface CronJobLike {
  readonly isActive?: boolean
  start(): void
  stop(): unknown
  nextDate(): { toJSDate(): Date }
}

/** What can be done with a job of `@nestjs/schedule`, by its name in the registry. */
export function hostControl(
  discovery: DiscoveryService,
  kind: HostSchedule['kind'],
  name: string,
  trigger: () => unknown,
): NonNullable<ExternalOptions['control']> {
  let registry: RegistryLike | undefined
  const registered = (): RegistryLike | undefined => {
    registry ??= discovery.getProviders().find((wrapper) => wrapper.name === 'SchedulerRegistry')?.instance
    return registry?.doesExist(kind, name) ? registry : undefined
  }
  if (kind === 'interval') return { trigger, stop: () => registered()?.deleteInterval(name) }
  if (kind === 'timeout') return { trigger, stop: () => registered()?.deleteTimeout(name) }
  const job = (): CronJobLike | undefined => registered()?.getCronJob(name)
  return {
    trigger,
    pause: () => job()?.stop(),
    resume: () => job()?.start(),
    stop: () => job()?.stop(),
    nextRunAt: () => (job()?.isActive ? job()?.nextDate().toJSDate() : undefined),
  }
}
