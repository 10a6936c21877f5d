import { Module, type OnModuleInit } from '@nestjs/common'
import { DiscoveryModule, DiscoveryService } from '@nestjs/core'
import { Supervisor } from '@runwell/core'
import { adoptMethods } from './adopt-methods.ts'
import { inject, optionsToken } from './inject.ts'
import type { Follow } from './observe-method.ts'
import type { RunwellModuleOptions } from './options.ts'

/** Registers the tasks of scheduled methods before `ScheduleModule` reads the methods. */
export class RunwellScheduleModule implements OnModuleInit {
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

  /** Call this when `ScheduleModule` has created its jobs. */
  follow(): void {
    for (const follow of this.#follows) follow()
  }
}

Module({ imports: [DiscoveryModule], exports: [RunwellScheduleModule] })(RunwellScheduleModule)
inject(RunwellScheduleModule, [DiscoveryService, Supervisor, optionsToken])
