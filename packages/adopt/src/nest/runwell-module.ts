import {
  type DynamicModule,
  Inject,
  type InjectionToken,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
  type Provider,
} from '@nestjs/common'
import { DiscoveryModule, DiscoveryService, ModulesContainer } from '@nestjs/core'
import { InvalidOptionError, Supervisor } from '@runwell/core'
import { stopWith } from '../base/lifecycle.ts'
import { adoptMethods } from './adopt-methods.ts'
import { injectedNames, taskToken } from './decorators.ts'
import { RunwellHealthIndicator } from './health-indicator.ts'
import type { Follow } from './observe-method.ts'
import {
  checkModuleOptions,
  type RunwellModuleAsyncOptions,
  type RunwellModuleOptions,
  supervisorOf,
} from './options.ts'
import { taskReference } from './task-reference.ts'

const optionsToken = 'runwell:options'

/** Reads the decorators before all other modules are initialised, `ScheduleModule` among them. */
class RunwellScheduleModule implements OnModuleInit {
  readonly #discovery: DiscoveryService
  readonly #supervisor: Supervisor
  readonly #options: RunwellModuleOptions
  #follows: readonly Follow[] = []

  constructor(discovery: DiscoveryService, supervisor: Supervisor, options: RunwellModuleOptions) {
    this.#discovery = discovery
    this.#supervisor = supervisor
    this.#options = options
  }

  onModuleInit(): void {
    this.#follows = adoptMethods(this.#discovery, this.#supervisor, this.#options)
  }

  /** Follows the jobs that `ScheduleModule` has made meanwhile. */
  follow(): void {
    for (const follow of this.#follows) follow()
  }
}

/**
 * Supervises the background work of a Nest application. Import it once, in the root module: it is global, and provides the
 * {@link Supervisor} and the {@link RunwellHealthIndicator}.
 *
 * The supervisor starts when all modules have started, and stops before the first module is destroyed.
 */
export class RunwellModule implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #supervisor: Supervisor
  readonly #options: RunwellModuleOptions
  readonly #jobs: RunwellScheduleModule

  /** @internal */
  constructor(supervisor: Supervisor, options: RunwellModuleOptions, jobs: RunwellScheduleModule) {
    this.#jobs = jobs
    this.#supervisor = supervisor
    this.#options = options
  }

  /** @throws {@link InvalidOptionError} */
  static forRoot(options: RunwellModuleOptions = {}): DynamicModule {
    return describe([], { provide: optionsToken, useValue: checkModuleOptions(options) })
  }

  /** With options that a factory makes. It is called once per application. */
  static forRootAsync(options: RunwellModuleAsyncOptions): DynamicModule {
    const { imports = [], inject = [] } = options
    const useFactory = async (...injected: never[]): Promise<RunwellModuleOptions> =>
      checkModuleOptions(await options.useFactory(...injected))
    return describe(imports, { provide: optionsToken, useFactory, inject: [...inject] as never[] })
  }

  onApplicationBootstrap(): Promise<void> {
    this.#jobs.follow()
    return this.#supervisor.start()
  }

  async onModuleDestroy(): Promise<void> {
    await stopWith(this.#supervisor, this.#options.stop)
  }
}

// As decorators would do, which need a compiler option.
Module({ imports: [DiscoveryModule], exports: [RunwellScheduleModule] })(RunwellScheduleModule)
Module({})(RunwellModule)
inject(RunwellScheduleModule, [DiscoveryService, Supervisor, optionsToken])
inject(RunwellModule, [Supervisor, optionsToken, RunwellScheduleModule])

function inject(target: object, tokens: readonly InjectionToken[]): void {
  tokens.forEach((token, index) => {
    Inject(token)(target, undefined, index)
  })
}

function describe(
  imports: NonNullable<RunwellModuleAsyncOptions['imports']>,
  options: Provider,
): DynamicModule {
  const supervisor: Provider = {
    provide: Supervisor,
    useFactory: (given: RunwellModuleOptions, modules: ModulesContainer) => {
      orderHooks(modules)
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
    module: RunwellModule,
    global: true,
    imports: [...imports, DiscoveryModule, RunwellScheduleModule],
    // Nest reads these when it has loaded all classes, and so has seen all uses of `@InjectTask`.
    get providers() {
      return [options, supervisor, indicator, ...tasks()]
    },
    get exports() {
      return [Supervisor, RunwellHealthIndicator, optionsToken, ...[...injectedNames()].map(taskToken)]
    },
  }
}

/**
 * Nest calls the hooks of the modules by their distance from the root: the farthest is initialised first and destroyed last.
 * All global modules have the same distance.
 */
function orderHooks(modules: ModulesContainer): void {
  const own = [...modules.values()].filter(({ metatype }) => metatype === RunwellModule)
  if (own.length > 1) {
    const message = `RunwellModule is imported ${own.length} times. Import it once, in the root module: it is global.`
    throw new InvalidOptionError('imports', 'one RunwellModule', own.length, undefined, message)
  }
  for (const module of modules.values()) {
    if (module.metatype === RunwellScheduleModule) module.distance = Number.POSITIVE_INFINITY
    if (module.metatype === RunwellModule) module.distance = Number.NEGATIVE_INFINITY
  }
}
