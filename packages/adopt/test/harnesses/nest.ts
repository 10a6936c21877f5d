import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { Cron, ScheduleModule, SchedulerRegistry } from '@nestjs/schedule'
import { RunwellModule } from '../../src/nest/index.ts'
import type { AdopterHarness } from '../../src/testing/index.ts'

export function nestHarness(pattern: string, periodMs: number): AdopterHarness {
  return {
    periodMs,
    async start({ supervisor, name, job, report }) {
      class Jobs {
        run(...args: unknown[]): unknown {
          return Reflect.apply(job, this, args)
        }
      }
      const run = Object.getOwnPropertyDescriptor(Jobs.prototype, 'run') as PropertyDescriptor
      Cron(pattern, { name, timeZone: 'UTC' })(Jobs.prototype, 'run', run)
      class AppModule {}
      const runwell = supervisor ? [RunwellModule.forRoot({ supervisor })] : []
      Module({ imports: [ScheduleModule.forRoot(), ...runwell], providers: [Jobs] })(AppModule)
      const logger = { log() {}, warn() {}, error: report }
      const application = await NestFactory.createApplicationContext(AppModule, { logger })
      const registry = application.get(SchedulerRegistry)
      return {
        pause: () => registry.getCronJob(name).stop(),
        resume: () => registry.getCronJob(name).start(),
        remove: () => registry.doesExist('cron', name) && registry.deleteCronJob(name),
        // Not awaited: the close waits for the supervisor, whose clock stands still.
        close: () => void application.close(),
      }
    },
  }
}
