import { Logger } from '@nestjs/common'
import type { DiscoveryService } from '@nestjs/core'
import type { Supervisor } from '@runwell/core'
import { type Follow, observeMethod } from './observe-method.ts'
import type { RunwellModuleOptions } from './options.ts'
import { hideFromHost, registerMethod } from './register-method.ts'
import { scheduledMethods } from './scheduled-methods.ts'

/**
 * Registers a task for each scheduled method that Runwell or `@nestjs/schedule` runs. Must be called before
 * `@nestjs/schedule` reads the methods.
 * @returns functions to call when `@nestjs/schedule` has created its jobs
 */
export function adoptMethods(
  discovery: DiscoveryService,
  supervisor: Supervisor,
  options: RunwellModuleOptions,
): readonly Follow[] {
  const providers = discovery.getProviders()
  const hasHost = providers.some(({ name }) => name === 'ScheduleExplorer')
  const { mode = hasHost ? 'observe' : 'replace' } = options
  const ofHost = providers.find(({ token }) => token === 'SCHEDULE_MODULE_OPTIONS')?.instance
  const runs = whatRuns(mode === 'replace' ? options : {}, ofHost as RunwellModuleOptions | undefined)

  const methods = scheduledMethods(discovery, mode)
  const isOnlyObserved = mode === 'observe' && methods.some(({ host }) => host)
  if (isOnlyObserved && !hasHost)
    warn("mode 'observe' needs ScheduleModule.forRoot(): nothing runs the methods")
  const follows: Follow[] = []
  for (const method of methods) {
    const { host } = method
    const runsIt = host === undefined || runs[host.kind]
    if (host && mode === 'observe') {
      if (hasHost && runsIt) follows.push(observeMethod(discovery, supervisor, { ...method, host }))
      continue
    }
    if (host && hasHost) hideFromHost(method)
    if (runsIt) registerMethod(supervisor, method)
  }
  return follows
}

function whatRuns(own: RunwellModuleOptions, ofHost: RunwellModuleOptions = {}) {
  return {
    cron: own.cronJobs ?? ofHost.cronJobs ?? true,
    interval: own.intervals ?? ofHost.intervals ?? true,
    timeout: own.timeouts ?? ofHost.timeouts ?? true,
  }
}

function warn(text: string): void {
  new Logger('Runwell').warn(text)
}
