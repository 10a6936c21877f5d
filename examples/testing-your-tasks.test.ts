// How do I test an hourly task without waiting for an hour?
import type { TaskOptions } from '@runwell/core'
import { cron, every, rules, Supervisor } from '@runwell/core'
import { recordEvents, testRules, VirtualClock } from '@runwell/core/testing'
import { describe, expect, it } from 'vitest'

/** The task that is tested, with the same options as in the service. */
function invoiceTask(fetchInvoices: (signal: AbortSignal) => Promise<number>): TaskOptions {
  return {
    name: 'invoices.fetch',
    schedule: every('1h', { immediate: true }),
    timeout: '10m',
    run: ({ signal }) => fetchInvoices(signal),
  }
}

function setUp() {
  const clock = new VirtualClock({ startAt: '2026-03-01T00:00:00Z' })
  const recorder = recordEvents()
  const supervisor = new Supervisor({ clock, observers: [recorder], seed: 1 })
  return { clock, recorder, supervisor }
}

describe('the invoices', () => {
  it('are fetched once an hour', async () => {
    const { clock, supervisor } = setUp()
    const task = supervisor.register(invoiceTask(async () => 3))
    await supervisor.start()

    await clock.advance(24 * 3_600_000) // a day passes immediately

    expect(task.metrics().outcomes.succeeded).toBe(25)
  })

  it('time out if the upstream does not answer', async () => {
    const { clock, recorder, supervisor } = setUp()
    const never = (signal: AbortSignal) =>
      new Promise<number>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    supervisor.register(invoiceTask(never))
    await supervisor.start()

    await clock.advance(600_000)

    expect(recorder.of('run.ended', 'invoices.fetch')).toMatchObject([
      { outcome: 'timed-out', durationMs: 600_000 },
    ])
  })

  it('are reported at night, even if the clocks change', async () => {
    const { clock, recorder, supervisor } = setUp()
    clock.jump(Date.parse('2026-03-28T12:00:00Z') - clock.now())
    const schedule = cron('30 2 * * *', { timeZone: 'Europe/Berlin' })
    supervisor.register({ name: 'invoices.report', schedule, run: () => {} })
    await supervisor.start()

    await clock.advance(24 * 3_600_000)

    // 02:30 does not exist on 29 March 2026. The task runs right after the gap, at 03:00 summer time.
    const [run] = recorder.of('run.started', 'invoices.report')
    expect(new Date(run?.scheduledAt ?? 0).toISOString()).toBe('2026-03-29T01:00:00.000Z')
  })
})

describe('the health rules', () => {
  it('report unhealthy after three consecutive failures, and clear after a success', () => {
    testRules({
      rules: [rules.consecutiveFailures({ degraded: 2, unhealthy: 3 })],
      period: '1h',
      runs: [
        { at: '0s', outcome: 'succeeded' },
        { at: '1h', outcome: 'failed', times: 3 },
        { at: '4h', outcome: 'succeeded' },
      ],
      expect: [
        { at: '1.5h', status: 'healthy' },
        { at: '2.5h', status: 'degraded' },
        { at: '3.5h', status: 'unhealthy', rules: ['consecutive-failures'] },
        { at: '4.5h', status: 'healthy' },
      ],
    })
  })
})
