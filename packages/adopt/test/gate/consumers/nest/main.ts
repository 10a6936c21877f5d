import 'reflect-metadata'
import assert from 'node:assert/strict'
import { Injectable, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { Cron, Interval, ScheduleModule } from '@nestjs/schedule'
import { InjectTask, RunwellHealthIndicator, RunwellModule, Supervised } from '@runwell/adopt/nest'
import { loop, type RunContext, Supervisor, type Task } from '@runwell/core'

@Injectable()
@Supervised({ category: 'reports' })
class Reports {
  sent = 0

  @Cron('0 3 * * *', { timeZone: 'Europe/Berlin' })
  @Supervised({ priority: 'critical', timeout: '10m' })
  async send({ signal }: RunContext): Promise<void> {
    if (!signal.aborted) this.sent += 1
  }

  @Interval('poll', 60_000)
  poll(): void {}

  @Supervised({ schedule: loop() })
  async consume({ sleep }: RunContext): Promise<void> {
    await sleep('1d')
  }
}

@Injectable()
class Controls {
  constructor(
    readonly supervisor: Supervisor,
    readonly health: RunwellHealthIndicator,
    @InjectTask('Reports.send') readonly report: Task,
  ) {}
}

@Module({
  imports: [
    ScheduleModule.forRoot(),
    RunwellModule.forRoot({ mode: 'replace', supervisor: { observers: [] } }),
  ],
  providers: [Reports, Controls],
})
class AppModule {}

const application = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] })
const { supervisor, health, report } = application.get(Controls)
assert.deepEqual(
  [...supervisor.tasks()].map(({ name, category, priority }) => [name, category, priority]),
  [
    ['Reports.send', 'reports', 'critical'],
    ['poll', 'reports', 'normal'],
    ['Reports.consume', 'reports', 'normal'],
  ],
)
const result = await report.trigger()
assert.ok(result.started && result.outcome === 'succeeded')
assert.equal(application.get(Reports).sent, 1)
assert.equal(health.isLive('process').process.status, 'up')
await application.close()
assert.equal(supervisor.report().phase, 'stopped')
process.stdout.write('compiled with experimentalDecorators, it runs and stops\n')
