import { createRequire } from 'node:module'
import { Supervisor } from '@runwell/core'
import { recordEvents, VirtualClock } from '@runwell/core/testing'
import type * as Graphile from 'graphile-worker'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { PostgresServer } from '../../../../scripts/servers/postgres.ts'
import { runwellPreset } from '../../src/graphile-worker/index.ts'
import { adopterContract } from '../../src/testing/index.ts'
import { graphileHarness } from '../harnesses/graphile-worker.ts'
import { eventually } from './eventually.ts'

const [major = 0] = process.versions.node.split('.').map(Number)
const oldest = ['0.17', 'graphile-worker']
/** The newest Graphile Worker needs Node 22. */
const versions = major < 22 ? [oldest] : [oldest, ['0.18', 'graphile-worker-v18']]

function load(module: string | undefined): typeof Graphile {
  return createRequire(import.meta.url)(String(module))
}

const postgres = await PostgresServer.start()
afterAll(() => postgres[Symbol.asyncDispose]())

describe.each(versions)('graphile-worker %s', (version, module) => {
  const host = load(module)

  async function world(taskList: Graphile.TaskList) {
    const clock = new VirtualClock()
    const events = recordEvents()
    const supervisor = new Supervisor({ clock, observers: [events] })
    await supervisor.start()
    const schema = `worker_${version?.replace('.', '_')}`
    const preset = {
      extends: [runwellPreset(supervisor)],
      worker: {
        connectionString: postgres.url,
        schema,
        pollInterval: 50,
        logger: new host.Logger(() => () => {}),
      },
    }
    const runner = await host.run({ preset, taskList, noHandleSignals: true })
    onTestFinished(() => runner.stop().catch(() => {}))
    const ended = (task: string) =>
      events.of('run.ended', task).map(({ outcome, error }) => [outcome, error?.message])
    return { clock, events, supervisor, runner, ended }
  }

  test('counts each job as a run, and says which one it was', async () => {
    const seen: unknown[] = []
    const { runner, ended, events } = await world({
      async greet(payload) {
        seen.push(payload)
        if ((payload as { to: string }).to === 'nobody') throw new Error('no address')
      },
    })

    const { id } = await runner.addJob('greet', { to: 'you' })
    await eventually(() => ended('greet').length === 1)
    await runner.addJob('greet', { to: 'nobody' }, { maxAttempts: 1 })
    await eventually(() => ended('greet').length === 2)

    expect(ended('greet')).toEqual([
      ['succeeded', undefined],
      ['failed', 'no address'],
    ])
    expect(seen).toEqual([{ to: 'you' }, { to: 'nobody' }])
    expect(events.of('run.ended', 'greet')[0]?.annotations).toEqual({ 'job.id': id, 'job.attempt': '1' })
  })

  test('knows the tasks before their first job, and waits for live jobs when it stops', async () => {
    let finish = (): void => {}
    let calls = 0
    const long = (): Promise<void> => {
      calls += 1
      return new Promise((resolve) => {
        finish = resolve
      })
    }
    const { runner, supervisor, ended } = await world({ long, never: () => {} })
    await eventually(() => supervisor.task('never') !== undefined)
    await runner.addJob('long', {})
    await eventually(() => calls === 1)

    const stopped = supervisor.stop()
    await new Promise(setImmediate)
    expect(ended('long')).toEqual([])
    finish()
    const report = await stopped

    expect(ended('long')).toEqual([['succeeded', undefined]])
    expect(report.abandoned).toEqual([])
  })

  test('is down while the database does not answer', async () => {
    const { supervisor, clock } = await world({ greet: () => {} })
    const health = async () => {
      await clock.advance('5s')
      return supervisor.task('graphile-worker')?.health()
    }
    await eventually(async () => (await health())?.status === 'healthy')

    await postgres.crash()
    await eventually(async () => /has been down for/.test(String((await health())?.reasons[0]?.reason)))

    await postgres.restart()
    await eventually(async () => (await health())?.reasons.length === 0)
  })

  test('gives its names to a successor although a job is still live, as after a hot reload', async () => {
    let finish = (): void => {}
    let calls = 0
    const greet = (): Promise<void> => {
      calls += 1
      return new Promise((resolve) => {
        finish = resolve
      })
    }
    const { runner, supervisor } = await world({ greet })
    await runner.addJob('greet', {})
    await eventually(() => calls === 1)

    const stopped = runner.stop()
    expect([...supervisor.tasks()].map(({ name }) => name)).toEqual([])
    finish()
    await stopped
  })

  test('removes its tasks when the application stops the runner', async () => {
    const { runner, supervisor } = await world({ greet: () => {} })
    await eventually(() => supervisor.task('greet') !== undefined)

    await runner.stop()

    expect([...supervisor.tasks()].map(({ name }) => name)).toEqual([])
  })
})

/** The oldest version is left out here, because `main.ts` runs the contract with it. */
describe.each(versions.slice(1))('an adopted task of Graphile Worker %s', (_, module) => {
  const harness = graphileHarness(load(module), postgres.url, 'contract', 60_000)
  for (const { name, run } of adopterContract(harness)) test(name, run)
})
