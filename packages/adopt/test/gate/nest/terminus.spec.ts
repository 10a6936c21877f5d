import { ServiceUnavailableException } from '@nestjs/common'
import { HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus'
import { every } from '@runwell/core'
import { describe, expect, it } from 'vitest'
import { RunwellHealthIndicator, RunwellModule } from '../../../src/nest/index.ts'
import { makeModule, makeSupervisor, startApplication } from './application.ts'

async function start(imports: readonly unknown[]) {
  const made = makeSupervisor()
  let error: Error | undefined
  made.supervisor.register({
    name: 'mails',
    priority: 'critical',
    schedule: every('1h', { immediate: true }),
    run: () => {
      if (error) throw error
    },
  })
  const application = await startApplication(
    makeModule({
      imports: [...(imports as never[]), RunwellModule.forRoot({ supervisor: made.supervisor })],
    }),
  )
  const fail = (given: Error | undefined) => {
    error = given
  }
  return { ...made, application, fail, runwell: application.get(RunwellHealthIndicator) }
}

describe('RunwellHealthIndicator', () => {
  it('works without Terminus', async () => {
    const { runwell, clock, fail } = await start([])
    await clock.advance('1s')

    expect(runwell.isHealthy()).toEqual({ runwell: { status: 'up', health: 'healthy' } })
    expect(runwell.isLive('process')).toEqual({ process: { status: 'up', reasons: [] } })
    expect(runwell.isReady('process')).toEqual({ process: { status: 'up', reasons: [] } })
    fail(new Error('no database'))
    await clock.advance('1h')
    expect(runwell.isHealthy('tasks')).toEqual({
      tasks: {
        status: 'up',
        health: 'degraded',
        tasks: { mails: ['the last run failed, limit 1'] },
      },
    })
    await clock.advance('1h')
    expect(runwell.isHealthy('tasks').tasks).toMatchObject({ status: 'down', health: 'unhealthy' })
    expect(() => runwell.isHealthy('')).toThrow('key')
  })

  it('answers health checks of Terminus', async () => {
    const { application, runwell, clock, fail } = await start([TerminusModule])
    const health = await application.resolve(HealthCheckService)
    const ask = () => health.check([() => runwell.isHealthy('tasks')])
    await clock.advance('1s')

    expect(await ask()).toMatchObject({
      status: 'ok',
      details: { tasks: { status: 'up', health: 'healthy' } },
    })
    fail(new Error('no database'))
    await clock.advance('1h')
    // Terminus 11 knows only the statuses `up` and `down`.
    const knowsDegraded = 'degraded' in application.get(HealthIndicatorService).check('tasks')
    expect(await ask()).toMatchObject({
      status: knowsDegraded ? 'degraded' : 'ok',
      details: { tasks: { status: knowsDegraded ? 'degraded' : 'up', health: 'degraded' } },
    })
    await clock.advance('1h')
    const error = await ask().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ServiceUnavailableException)
    expect((error as ServiceUnavailableException).getResponse()).toMatchObject({
      status: 'error',
      error: { tasks: { status: 'down', health: 'unhealthy' } },
    })
  })

  it('is not ready while the application closes', async () => {
    const { application, runwell } = await start([])
    await application.close()

    expect(runwell.isReady()).toEqual({ runwell: { status: 'down', reasons: ['stopping'] } })
  })
})
