import {
  type DynamicModule,
  Global,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type Provider,
} from '@nestjs/common'
import { InvalidOptionError, Supervisor } from '@runwell/core'
import { stopWith } from '../base/lifecycle.ts'
import { RunwellHealthIndicator } from './health-indicator.ts'
import { inject, optionsToken } from './inject.ts'
import { checkModuleOptions, type RunwellModuleAsyncOptions, type RunwellModuleOptions } from './options.ts'
import { describeModule } from './providers.ts'
import { RunwellScheduleModule } from './schedule-reader.ts'

/**
 * Supervises the background work of a Nest application. Import this global module once, in the root module. The
 * module provides the {@link Supervisor} and the {@link RunwellHealthIndicator}.
 *
 * The supervisor starts when all modules are initialised, and stops before Nest destroys the other modules.
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

  /**
   * Returns the module, configured with `options`.
   * @throws {@link InvalidOptionError} for an invalid option
   */
  static forRoot(options: RunwellModuleOptions = {}): DynamicModule {
    return describe([], { provide: optionsToken, useValue: checkModuleOptions(options) })
  }

  /** Returns the module, configured with the options that `useFactory` returns. */
  static forRootAsync(options: RunwellModuleAsyncOptions): DynamicModule {
    const { imports = [], inject = [] } = options
    const useFactory = async (...injected: never[]): Promise<RunwellModuleOptions> =>
      checkModuleOptions(await options.useFactory(...injected))
    return describe(imports, {
      provide: optionsToken,
      useFactory,
      inject: [...inject] as never[],
    })
  }

  onApplicationBootstrap(): Promise<void> {
    this.#jobs.follow()
    return this.#supervisor.start()
  }

  async onModuleDestroy(): Promise<void> {
    await stopWith(this.#supervisor, this.#options.stop)
  }
}

/**
 * This is not a method of the class, because bundlers rename a class that refers to itself. Nest logs class names.
 */
function describe(
  imports: NonNullable<RunwellModuleAsyncOptions['imports']>,
  options: Provider,
): DynamicModule {
  return describeModule(RunwellModule, imports, options)
}

// Nest uses these providers only if the module is imported without `forRoot()`: the providers of `forRoot()` replace
// them.
const refusals = [Supervisor, RunwellHealthIndicator, optionsToken].map((provide) => ({
  provide,
  useFactory: (): never => {
    const cure = 'imports: [RunwellModule.forRoot()]'
    const message = `RunwellModule is imported without options. Write ${cure}`
    throw new InvalidOptionError('imports', cure, RunwellModule, undefined, message)
  },
}))
Module({ imports: [RunwellScheduleModule], providers: refusals, exports: refusals })(RunwellModule)
Global()(RunwellModule)
inject(RunwellModule, [Supervisor, optionsToken, RunwellScheduleModule])
