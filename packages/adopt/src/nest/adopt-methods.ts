import { Logger } from '@nestjs/common'
import type { DiscoveryService } from '@nestjs/core'
import type { Supervisor } from '@runwell/core'
import { numbered, taskName } from '../base/names.ts'
import { observeMethod } from './observe-method.ts'
import type { RunwellModuleOptions } from './options.ts'
import { hideFromHost, registerMethod } from './register-method.ts'
import { type ScheduledMethod, scheduledMethods } from './scheduled-methods.ts'

/** Makes a task of each scheduled method of the application. Called before `@nestjs/schedule` looks for them. */
export function adoptMethods(
  discovery: DiscoveryService,
  supervisor: Supervisor,
  options: RunwellModuleOptions,
): void {
  const providers = discovery.getProviders()
  const hasHost = providers.some(({ name }) => name === 'ScheduleExplorer')
  const { mode = hasHost ? 'observe' : 'replace' } = options
  const ofHost = providers.find(({ token }) => token === 'SCHEDULE_MODULE_OPTIONS')?.instance
  const runs = whatRuns(mode === 'replace' ? options : {}, ofHost as RunwellModuleOptions | undefined)

  const methods = scheduledMethods(discovery, mode)
  const isOnlyObserved = mode === 'observe' && methods.some(({ host }) => host)
  if (isOnlyObserved && !hasHost)
    warn("mode 'observe' needs ScheduleModule.forRoot(): nothing runs the methods")
  for (const method of methods) {
    const { host } = method
    const runsIt = host === undefined || runs[host.kind]
    if (host && mode === 'observe') {
      if (hasHost && runsIt)
        observeMethod(discovery, supervisor, { ...method, host }, nameOf(supervisor, method))
      continue
    }
    if (host && hasHost) hideFromHost(method)
    if (runsIt) registerMethod(supervisor, method, nameOf(supervisor, method))
  }
}

function whatRuns(own: RunwellModuleOptions, ofHost: RunwellModuleOptions = {}) {
  return {
    cron: own.cronJobs ?? ofHost.cronJobs ?? true,
    interval: own.intervals ?? ofHost.intervals ?? true,
    timeout: own.timeouts ?? ofHost.timeouts ?? true,
  }
}

/** The name of a task. A name that is taken gets the module in front, and then a number behind it. */
function nameOf(supervisor: Supervisor, { options, className, key, moduleName }: ScheduledMethod): string {
  const wanted = taskName(options.name) ?? taskName(`${className}.${key}`) ?? 'task'
  if (supervisor.task(wanted) === undefined) return wanted
  const long = taskName(`${moduleName}.${wanted}`) ?? wanted
  let name = long
  for (let number = 2; supervisor.task(name) !== undefined; number += 1) name = numbered(long, number)
  warn(`the task of ${className}.${key} in ${moduleName} is called '${name}', because '${wanted}' is taken`)
  return name
}

function warn(text: string): void {
  new Logger('Runwell').warn(text)
}
