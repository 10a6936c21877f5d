import type { DynamicModule, Provider } from '@nestjs/common'
import { DiscoveryModule, DiscoveryService, ModulesContainer } from '@nestjs/core'
import { Supervisor } from '@runwell/core'
import { injectedNames, taskToken } from './decorators.ts'
import { RunwellHealthIndicator } from './health-indicator.ts'
import { orderHooks } from './hook-order.ts'
import { optionsToken } from './inject.ts'
import { type RunwellModuleAsyncOptions, type RunwellModuleOptions, supervisorOf } from './options.ts'
import { RunwellScheduleModule } from './schedule-reader.ts'
import { taskReference } from './task-reference.ts'

export function describeModule(
  module: DynamicModule['module'],
  imports: NonNullable<RunwellModuleAsyncOptions['imports']>,
  options: Provider,
): DynamicModule {
  const supervisor: Provider = {
    provide: Supervisor,
    useFactory: (given: RunwellModuleOptions, modules: ModulesContainer) => {
      orderHooks(modules, RunwellScheduleModule, module)
      return supervisorOf(given)
    },
    inject: [optionsToken, ModulesContainer],
  }
  const indicator: Provider = {
    provide: RunwellHealthIndicator,
    useFactory: (made: Supervisor, discovery: DiscoveryService) =>
      new RunwellHealthIndicator(made, discovery),
    inject: [Supervisor, DiscoveryService],
  }
  const tasks = (): Provider[] =>
    [...injectedNames()].map((name) => ({
      provide: taskToken(name),
      useFactory: (made: Supervisor) => taskReference(made, name),
      inject: [Supervisor],
    }))
  return {
    module,
    global: true,
    imports: [...imports, DiscoveryModule, RunwellScheduleModule],
    // Nest reads these getters after all classes are loaded, so each `@InjectTask` has added its name.
    get providers() {
      return [options, supervisor, indicator, ...tasks()]
    },
    get exports() {
      return [Supervisor, RunwellHealthIndicator, optionsToken, ...[...injectedNames()].map(taskToken)]
    },
  }
}
