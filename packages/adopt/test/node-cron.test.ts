import { EventEmitter } from 'node:events'
import nodeCron, * as namespace from 'node-cron'
import { describe, expect, it, vi } from 'vitest'
import { adoptNodeCron } from '../src/node-cron/index.ts'
import { withTime } from './with-time.ts'

const utc = { timezone: 'UTC' }
const backup = (): string => 'done'

describe('a job of node-cron', () => {
  it('gives its task its own name, else that of its function, else the line that made it', () =>
    withTime(({ supervisor }) => {
      const cron = adoptNodeCron(nodeCron, supervisor)
      cron.schedule('0 3 * * *', backup, { name: 'nightly backup' })
      cron.schedule('0 3 * * *', backup)
      cron.schedule('0 3 * * *', () => {})

      const names = [...supervisor.tasks()].map(({ name }) => name)
      expect(names).toEqual(['nightly-backup', 'backup', expect.stringMatching(/^node-cron\.test\.ts:\d+$/)])
    }))

  it('has a number behind a name that another live job has', () =>
    withTime(({ supervisor }) => {
      const cron = adoptNodeCron(nodeCron, supervisor)
      cron.schedule('0 3 * * *', backup)
      const second = cron.schedule('0 4 * * *', backup)
      void second.destroy()
      cron.schedule('0 5 * * *', backup)

      expect([...supervisor.tasks()].map(({ name }) => name)).toEqual(['backup', 'backup-2'])
      expect(supervisor.task('backup-2')?.info.schedule.cron).toBe('0 5 * * *')
    }))

  it('gets the options of all jobs, or its own', () =>
    withTime(({ supervisor }) => {
      const all = adoptNodeCron(nodeCron, supervisor, { category: 'jobs' })
      all.schedule('0 3 * * *', backup, { name: 'a' })
      const each = adoptNodeCron(nodeCron, supervisor, ({ name, schedule }) => ({
        name: `jobs.${name}`,
        category: schedule === '0 4 * * *' ? 'four' : undefined,
      }))
      each.schedule('0 4 * * *', backup, { name: 'b' })

      expect(supervisor.task('a')?.category).toBe('jobs')
      expect(supervisor.task('jobs.b')?.category).toBe('four')
    }))

  it('does not run if the options of its task are invalid', () =>
    withTime(async ({ clock, supervisor }) => {
      const job = vi.fn()
      const cron = adoptNodeCron(nodeCron, supervisor, () => ({ priority: 'urgent' as never }))

      expect(() => cron.schedule('* * * * *', job, utc)).toThrow(/priority/)
      await clock.advance('5m')
      expect(job).not.toHaveBeenCalled()
    }))

  it('is the same facade when it is adopted again, and for the default export of the namespace', () =>
    withTime(({ supervisor }) => {
      const cron = adoptNodeCron(namespace, supervisor)

      expect(adoptNodeCron(cron, supervisor)).toBe(cron)
      expect(cron.default.schedule).toBe(cron.schedule)
      expect(cron.validate).toBe(namespace.validate)
    }))

  it('is expected only while it is started', () =>
    withTime(async ({ clock, supervisor, events }) => {
      const cron = adoptNodeCron(nodeCron, supervisor)
      const job = cron.createTask('* * * * *', backup, utc)
      await clock.advance('10m')
      expect(events.of('run.missed')).toEqual([])

      await job.start()
      await clock.advance('3m')
      expect(supervisor.task('backup')?.metrics().started).toBe(3)
      await job.destroy()
      expect(supervisor.task('backup')).toBeUndefined()
    }))

  it('runs on trigger(), and pauses and continues with its task', () =>
    withTime(async ({ clock, supervisor }) => {
      const cron = adoptNodeCron(nodeCron, supervisor)
      const job = cron.schedule('* * * * *', backup, utc)
      const task = supervisor.task('backup')

      const triggered = task?.trigger()
      await clock.advance(1)
      expect(await triggered).toMatchObject({ started: true })
      task?.pause()
      expect(job.getStatus()).toBe('stopped')
      task?.resume()
      await clock.advance('1m')
      expect(task?.metrics().started).toBe(2)
    }))

  it('reports which runs it skips while one is live', () =>
    withTime(async ({ clock, supervisor, events }) => {
      const cron = adoptNodeCron(nodeCron, supervisor)
      const logger = { info() {}, warn() {}, error() {}, debug() {} }
      const slow = (): Promise<void> => new Promise((resolve) => void clock.timer(resolve, 90_000, true))
      cron.schedule('* * * * *', slow, { ...utc, noOverlap: true, logger })
      await clock.advance('3m')

      expect(events.of('run.skipped').map(({ reason }) => reason)).toEqual(['overlap'])
    }))

  it('still gets the warning of node-cron about a missed run', () =>
    withTime(async ({ clock, supervisor, events }) => {
      const cron = adoptNodeCron(nodeCron, supervisor)
      const warnings: string[] = []
      const logger = { info() {}, warn: (text: string) => void warnings.push(text), error() {}, debug() {} }
      cron.schedule('* * * * *', backup, { ...utc, logger })
      await clock.advance(30_000)
      clock.block('3m')
      await clock.advance('5m')

      expect(warnings).toHaveLength(3)
      expect(events.of('run.missed').reduce((sum, { count }) => sum + count, 0)).toBe(3)
    }))

  it('in a separate file is counted by the events of its child process', () =>
    withTime(async ({ supervisor }) => {
      const emitter = new EventEmitter()
      const job = Object.assign(emitter, {
        start() {},
        stop() {},
        destroy() {},
        execute: async () => {},
        getStatus: () => 'idle',
        getNextRun: () => null,
      })
      const schedule = (_pattern: string, _file: string): typeof job => job
      const cron = adoptNodeCron({ schedule, createTask: schedule }, supervisor)
      cron.schedule('0 3 * * *', './jobs/report.mjs')
      emitter.emit('execution:started', { execution: { id: '1' } })
      emitter.emit('execution:started', { execution: { id: '2' } })
      emitter.emit('execution:finished', { execution: { id: '2' } })
      emitter.emit('execution:failed', { execution: { id: '1', error: new Error('boom') } })

      const { started, outcomes } = supervisor.task('report.mjs')?.metrics() ?? {}
      expect({ started, ...outcomes }).toMatchObject({ started: 2, succeeded: 1, failed: 1 })
    }))

  it('that node-cron refuses leaves no task', () =>
    withTime(({ supervisor }) => {
      const cron = adoptNodeCron(nodeCron, supervisor)

      expect(() => cron.schedule('61 * * * *', backup)).toThrow(/invalid expression for minute/)
      expect([...supervisor.tasks()]).toEqual([])
    }))

  it('ends with its last run, and frees its name at once', () =>
    withTime(async ({ clock, supervisor, events }) => {
      const cron = adoptNodeCron(nodeCron, supervisor)
      cron.schedule('* * * * *', backup, { ...utc, maxExecutions: 2 })
      await clock.advance('5m')

      expect(supervisor.task('backup')).toBeUndefined()
      expect(events.of('run.ended').map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded'])
      expect(events.of('run.missed')).toEqual([])
    }))

  it('gets a number where the application has a task of its name', () =>
    withTime(({ supervisor }) => {
      supervisor.register({ name: 'backup', run: backup })
      adoptNodeCron(nodeCron, supervisor).schedule('0 3 * * *', backup)

      expect([...supervisor.tasks()].map(({ name }) => name)).toEqual(['backup', 'backup-2'])
    }))

  it('made after the stop runs unsupervised', () =>
    withTime(async ({ clock, supervisor }) => {
      await supervisor.stop()
      let calls = 0
      const cron = adoptNodeCron(nodeCron, supervisor)
      const job = cron.schedule(
        '* * * * *',
        () => {
          calls += 1
        },
        utc,
      )
      await clock.advance('1m')
      await job.destroy()

      expect(calls).toBe(1)
    }))

  it.each([
    [undefined, {}, /Expected `nodeCron` to be node-cron, got undefined/],
    [nodeCron, undefined, /Expected `supervisor` to be a Supervisor, got undefined/],
    [{ schedule() {} }, undefined, /Expected `supervisor`/],
  ])('of %o and %o is refused', (host, supervisor, message) =>
    withTime((world) => {
      expect(() => adoptNodeCron(host as never, (supervisor && world.supervisor) as never)).toThrow(message)
    }),
  )

  it('that node-cron delays on purpose is not late', () =>
    withTime(async ({ clock, supervisor, events }) => {
      vi.spyOn(Math, 'random').mockReturnValue(0.999)
      const cron = adoptNodeCron(nodeCron, supervisor)
      cron.schedule('*/10 * * * *', backup, { ...utc, maxRandomDelay: 540_000 })
      await clock.advance('1h')
      vi.restoreAllMocks()

      expect(supervisor.task('backup')?.health().status).toBe('healthy')
      expect(events.of('run.missed')).toEqual([])
    }))

  it('takes over the name of a job that was stopped, but not of one that has not started yet', () =>
    withTime(async ({ clock, supervisor }) => {
      const cron = adoptNodeCron(nodeCron, supervisor)
      const former = cron.schedule('* * * * *', backup, utc)
      await former.stop()
      const jobs = ['* * * * *', '*/2 * * * *'].map((pattern) => cron.createTask(pattern, backup, utc))
      for (const job of jobs) await job.start()
      await clock.advance('2m')

      const started = [...supervisor.tasks()].map((task) => [task.name, task.metrics().started])
      expect(started).toEqual([
        ['backup', 2],
        ['backup-2', 1],
      ])
    }))
})
