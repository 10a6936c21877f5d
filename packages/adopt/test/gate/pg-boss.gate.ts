import { createRequire } from 'node:module'
import { Supervisor } from '@runwell/core'
import { recordEvents, VirtualClock } from '@runwell/core/testing'
import type PgBoss from 'pg-boss'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { PostgresServer } from '../../../../scripts/servers/postgres.ts'
import { adoptPgBoss } from '../../src/pg-boss/index.ts'
import { adopterContract } from '../../src/testing/index.ts'
import { pgBossHarness } from '../harnesses/pg-boss.ts'
import { eventually } from './eventually.ts'

const [major = 0] = process.versions.node.split('.').map(Number)
/** The newest pg-boss needs Node 22. */
const versions =
  major < 22
    ? [['10', 'pg-boss']]
    : [
        ['10', 'pg-boss'],
        ['12', 'pg-boss-v12'],
      ]

function classOf(module: string | undefined): typeof PgBoss {
  const loaded = createRequire(import.meta.url)(String(module))
  return loaded.PgBoss ?? loaded
}

const postgres = await PostgresServer.start()
afterAll(() => postgres[Symbol.asyncDispose]())

describe.each(versions)('pg-boss %s', (version, module) => {
  const Boss = classOf(module)

  async function world() {
    const clock = new VirtualClock()
    const events = recordEvents()
    const supervisor = new Supervisor({ clock, observers: [events] })
    await supervisor.start()
    const host = new Boss({
      connectionString: postgres.url,
      schema: `boss_${version}`,
      supervise: false,
      schedule: false,
    })
    host.on('error', () => {})
    const boss = adoptPgBoss(supervisor, host)
    onTestFinished(() => host.stop({ graceful: false }))
    await boss.start()
    const ended = (task: string) =>
      events.of('run.ended', task).map(({ outcome, error }) => [outcome, error?.message])
    return { clock, events, supervisor, boss, host, ended }
  }

  test('counts each call of a handler as a run, and says which job it was', async () => {
    const { boss, ended, events } = await world()
    const queue = 'mails'
    await boss.createQueue(queue)
    const seen: unknown[] = []
    await boss.work<{ to: string }>(queue, { pollingIntervalSeconds: 0.5 }, async ([job]) => {
      seen.push(job?.data)
      if (job?.data.to === 'nobody') throw new Error('no address')
      return 'sent'
    })

    const id = await boss.send(queue, { to: 'you' })
    await eventually(() => ended(queue).length === 1)
    await boss.send(queue, { to: 'nobody' }, { retryLimit: 0 })
    await eventually(() => ended(queue).length === 2)

    expect(ended(queue)).toEqual([
      ['succeeded', undefined],
      ['failed', 'no address'],
    ])
    expect(seen).toEqual([{ to: 'you' }, { to: 'nobody' }])
    expect(events.of('run.ended', queue)[0]?.annotations).toEqual({ 'job.id': id, 'job.count': '1' })
  })

  test('is up while the database answers, and stops with its jobs', async () => {
    const { boss, supervisor, clock, ended } = await world()
    const queue = 'reports'
    await boss.createQueue(queue)
    let finish = (): void => {}
    let calls = 0
    await boss.work(queue, { pollingIntervalSeconds: 0.5 }, () => {
      calls += 1
      return new Promise<void>((resolve) => {
        finish = resolve
      })
    })
    await boss.send(queue, {})
    await eventually(async () => {
      await clock.advance('10s')
      return supervisor.task('pg-boss')?.health().status === 'healthy'
    })
    await eventually(() => calls === 1)

    const stopped = supervisor.stop()
    await new Promise(setImmediate)
    expect(ended(queue)).toEqual([])
    finish()
    const report = await stopped

    expect(ended(queue)).toEqual([['succeeded', undefined]])
    expect(report.abandoned).toEqual([])
  })

  test('reports nothing about the database before pg-boss is started', async () => {
    const { clock, events, supervisor } = await world()
    const idle = new Boss({ connectionString: postgres.url, schema: 'idle' })
    adoptPgBoss(supervisor, idle)
    await clock.advance('20s')
    await new Promise((resolve) => setTimeout(resolve, 50))
    await clock.advance('20s')

    const second = 'pg-boss-2'
    expect(supervisor.task(second)).toBeDefined()
    expect(events.of('run.started', second)).toEqual([])
    expect(events.of('run.ended', second)).toEqual([])
  })

  test('is down while the database does not answer', async () => {
    const { supervisor, clock } = await world()
    const reason = async () => {
      await clock.advance('10s')
      return supervisor.task('pg-boss')?.health().reasons[0]?.reason
    }
    await eventually(
      async () => (await reason()) === undefined && supervisor.task('pg-boss')?.health().status === 'healthy',
    )

    await postgres.crash()
    await eventually(async () => /has been down for/.test(String(await reason())))

    await postgres.restart()
    await eventually(async () => (await reason()) === undefined)
  })

  test('adopts an object once, also if it is given a second time without its facade', async () => {
    const { boss, supervisor, host } = await world()
    expect(adoptPgBoss(supervisor, host)).toBe(boss)
    expect(adoptPgBoss(supervisor, boss)).toBe(boss)
  })

  test('gives its names to a successor although a job is still live, as after a hot reload', async () => {
    const { boss, supervisor } = await world()
    await boss.createQueue('slow')
    let finish = (): void => {}
    let calls = 0
    const slow = () => {
      calls += 1
      return new Promise<void>((resolve) => {
        finish = resolve
      })
    }
    await boss.work('slow', { pollingIntervalSeconds: 0.5 }, slow)
    await boss.send('slow', {})
    await eventually(() => calls === 1)

    const stopped = boss.stop()
    const next = adoptPgBoss(supervisor, new Boss({ connectionString: postgres.url, schema: 'next' }))
    onTestFinished(() => next.stop({ graceful: false }))
    expect([...supervisor.tasks()].map(({ name }) => name)).toEqual(['pg-boss'])
    finish()
    await stopped
  })

  test('removes the task of a queue that is no longer worked on', async () => {
    const { boss, supervisor } = await world()
    await boss.createQueue('old')
    await boss.work('old', async () => {})
    expect(supervisor.task('old')).toBeDefined()

    await boss.offWork('old')

    expect(supervisor.task('old')).toBeUndefined()
  })
})

/** The oldest version is left out here, because `main.ts` runs the contract with it. */
describe.each(versions.slice(1))('an adopted queue of pg-boss %s', (_, module) => {
  const harness = pgBossHarness(classOf(module), postgres.url, 'contract', 60_000)
  for (const { name, run } of adopterContract(harness)) test(name, run)
})
