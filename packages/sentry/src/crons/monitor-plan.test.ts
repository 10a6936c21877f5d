import { manual, type ScheduleInfo } from '@runwell/core'
import { describe, expect, it } from 'vitest'
import { taskInfo } from '../../test/fake-supervisor.ts'
import { type MonitorOptions, planMonitor } from './monitor-plan.ts'

const minute = 60_000

function schedule(kind: ScheduleInfo['kind'], more: Partial<ScheduleInfo>): ScheduleInfo {
  return { ...manual().info, kind, text: `${kind} …`, ...more }
}

const every = (periodMs: number) => schedule('every', { periodMs })

function plan(of: ScheduleInfo, options: MonitorOptions = {}, timeoutMs?: number) {
  const result = planMonitor(taskInfo('job', { schedule: of, timeoutMs }), options, 1)
  if ('refused' in result) throw new Error(result.refused)
  return result.monitor
}

describe('planMonitor', () => {
  it('uses the crontab and the time zone of the task', () => {
    const daily = schedule('cron', { cron: '0 3 * * *', timeZone: 'Europe/Berlin', periodMs: 86_400_000 })

    expect(plan(daily).config(0)).toEqual({
      schedule: { type: 'crontab', value: '0 3 * * *' },
      timezone: 'Europe/Berlin',
      checkinMargin: 1,
      failureIssueThreshold: 1,
      recoveryThreshold: 1,
    })
  })

  it('sets the time zone of the process for a crontab without one, since Sentry would use UTC', () => {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone

    expect(plan(schedule('cron', { cron: '0 3 * * *', periodMs: 86_400_000 })).config(0).timezone).toBe(here)
  })

  it.each([
    [10_000, { type: 'interval', value: 1, unit: 'minute' }, true],
    [minute, { type: 'interval', value: 1, unit: 'minute' }, false],
    [90_000, { type: 'interval', value: 2, unit: 'minute' }, false],
    [60 * minute, { type: 'interval', value: 1, unit: 'hour' }, false],
    [90 * minute, { type: 'interval', value: 90, unit: 'minute' }, false],
    [48 * 60 * minute, { type: 'interval', value: 2, unit: 'day' }, false],
  ])('watches a task of each %j ms by %j', (periodMs, expected, heartbeat) => {
    const monitor = plan(every(periodMs))

    expect(monitor.config(0).schedule).toEqual(expected)
    expect(monitor.heartbeat).toBe(heartbeat)
  })

  it('derives the margin from the timeout, else from the durations so far', () => {
    expect(plan(every(minute), {}, 25 * minute).config(0).checkinMargin).toBe(30)
    expect(plan(every(minute)).config(6 * minute).checkinMargin).toBe(15)
    expect(plan(every(minute), { margin: '7m' }).config(0).checkinMargin).toBe(10)
  })

  it('sends no maximum runtime by default', () => {
    expect(plan(every(minute)).config(0)).not.toHaveProperty('maxRuntime')
    expect(plan(every(minute)).sendsInProgress).toBe(false)
    expect(plan(every(minute), { maxRuntime: '20m' }).config(0).maxRuntime).toBe(20)
    expect(plan(every(minute), { maxRuntime: true }, 2 * minute).config(0).maxRuntime).toBe(2)
    expect(plan(every(minute), { maxRuntime: true }).config(20 * minute).maxRuntime).toBe(60)
  })

  it('sets a failure threshold of three for a task that runs often', () => {
    expect(plan(every(5 * minute)).config(0).failureIssueThreshold).toBe(3)
    expect(plan(every(6 * minute)).config(0).failureIssueThreshold).toBe(1)
    expect(plan(every(minute), { failureThreshold: 1 }).config(0).failureIssueThreshold).toBe(1)
    const daily = { type: 'crontab', value: '0 3 * * *' } as const
    expect(plan(manual().info, { schedule: daily }).config(0).failureIssueThreshold).toBe(1)
    const often = { type: 'interval', value: 5, unit: 'minute' } as const
    expect(plan(manual().info, { schedule: often }).config(0).failureIssueThreshold).toBe(3)
  })

  it('uses the schedule from the options for a task without one', () => {
    const weekly = plan(schedule('call', {}), { schedule: { type: 'interval', value: 1, unit: 'week' } })

    expect(weekly.config(0).schedule).toEqual({ type: 'interval', value: 1, unit: 'week' })
    expect(weekly.periodMs).toBe(7 * 24 * 60 * minute)
  })

  it.each([
    [schedule('cron', { cron: '*/10 * * * * *' }), {}, /five fields/],
    [schedule('loop', { text: 'loop' }), {}, /its schedule 'loop' has no fixed interval/],
    [every(minute), { margin: 'soon' as '1s' }, /Expected `crons.margin`/],
    [every(minute), { slug: 'Not A Slug' }, /Expected `crons.slug`/],
    [every(minute), { schedule: { type: 'interval', value: 30, unit: 'second' as 'minute' } }, /unit/],
    [every(minute), { schedule: { type: 'crontab', value: '0 0 0 * * *' } }, /five fields/],
    [every(minute), { failureThreshold: 0 }, /Expected `crons.failureThreshold`/],
  ] satisfies [ScheduleInfo, MonitorOptions, RegExp][])(
    'refuses what Sentry would silently drop: %j %j',
    (of, options, reason) => {
      expect(planMonitor(taskInfo('job', { schedule: of }), options, 1)).toEqual({
        refused: expect.stringMatching(reason),
      })
    },
  )
})
