import { DataPointType } from '@opentelemetry/sdk-metrics'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeSupervisor, FakeTask, noMetrics } from '../../test/fake-supervisor.ts'
import { MemorySdk, unregisterAll } from '../../test/memory-sdk.ts'
import { otelObserver } from '../index.ts'

let sdk: MemorySdk

beforeEach(() => {
  sdk = new MemorySdk().register()
})
afterEach(unregisterAll)

function everything(): void {
  const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false }))
  const task = supervisor.register(
    new FakeTask('mail', { fleet: 'shop', slo: { target: 0.99, windowMs: 1 } }),
  )
  task.count({
    skipped: { ...noMetrics.skipped, overlap: 1 },
    errors: new Map([['TypeError', 1]]),
    restarts: { ...noMetrics.restarts, threw: 1 },
    units: { succeeded: 1, failed: 0, cancelled: 0 },
    consecutiveFailures: 1,
    blockedMs: 1,
    lastSuccessAt: 1,
    lastBeatAt: 1,
  })
  task.state = 'backing-off'
  task.nextRestartAt = task.nextRunAt = task.dueAt = task.pausedAt = 1
  task.paused = true
  task.live = [{ startedAt: 1 }]
  const reason = { rule: 'stale', status: 'unhealthy', value: 9, limit: 3, reason: 'no', since: 1 } as const
  task.verdict = { status: 'unhealthy', since: 1, flapping: false, reasons: [reason] }
  supervisor.run(task, { latenessMs: 1 }).end()
  supervisor.run(task, { unit: 'message' }).end()
  const tick = { type: 'monitor.ticked', startedAt: 0, tookMs: 1, changed: [], recoveries: [] } as const
  supervisor.emit({ ...tick, live: true, ready: true, health: 'degraded' })
  supervisor.emit({ type: 'shutdown.ended', report: { tookMs: 1, abandoned: [{ task: 'mail' }] } })
}

describe('every metric', () => {
  it('is exported with the instrument and unit of this list, and there is no other', async () => {
    everything()

    const seen = (await sdk.collect()).map((data) => {
      const isSum = data.dataPointType === DataPointType.SUM
      const kind = isSum ? (data.isMonotonic ? 'total' : 'sum') : DataPointType[data.dataPointType]
      return `${data.descriptor.name} ${kind} ${data.descriptor.unit}`.trimEnd()
    })

    expect(seen.sort()).toEqual([
      'runwell.build_info sum {supervisor}',
      'runwell.fleet.lost_leases total {run}',
      'runwell.fleet.takeovers total {run}',
      'runwell.fleet.up sum {supervisor}',
      'runwell.supervisor.health sum {supervisor}',
      'runwell.supervisor.live sum {supervisor}',
      'runwell.supervisor.monitor.duration HISTOGRAM s',
      'runwell.supervisor.ready sum {supervisor}',
      'runwell.supervisor.shutdown.abandoned sum {run}',
      'runwell.supervisor.shutdown.duration HISTOGRAM s',
      'runwell.supervisor.tasks sum {task}',
      'runwell.supervisor.up sum {supervisor}',
      'runwell.task.errors total {error}',
      'runwell.task.eventloop.blocked.time total s',
      'runwell.task.failures.consecutive sum {run}',
      'runwell.task.health sum {task}',
      'runwell.task.health.since.timestamp GAUGE s',
      'runwell.task.info sum {task}',
      'runwell.task.last_beat.timestamp GAUGE s',
      'runwell.task.last_success.timestamp GAUGE s',
      'runwell.task.next_restart.timestamp GAUGE s',
      'runwell.task.next_run.timestamp GAUGE s',
      'runwell.task.paused.since.timestamp GAUGE s',
      'runwell.task.registered sum {task}',
      'runwell.task.restarts total {restart}',
      'runwell.task.rule.firing sum {rule}',
      'runwell.task.rule.limit GAUGE',
      'runwell.task.rule.value GAUGE',
      'runwell.task.run.active sum {run}',
      'runwell.task.run.duration HISTOGRAM s',
      'runwell.task.run.oldest_active.timestamp GAUGE s',
      'runwell.task.runs total {run}',
      'runwell.task.schedule.interval GAUGE s',
      'runwell.task.schedule.lag HISTOGRAM s',
      'runwell.task.schedule.skips total {run}',
      'runwell.task.slo GAUGE',
      'runwell.task.status sum {task}',
      'runwell.task.success_due.timestamp GAUGE s',
      'runwell.task.unit.duration HISTOGRAM s',
      'runwell.task.units total {unit}',
    ])
  })
})
