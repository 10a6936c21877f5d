import { expect, it } from 'vitest'
import { loop, type RunContext, type TaskOptions } from '../src/index.ts'
import { setUp } from './supervised.ts'

async function crashing(times: number, options: Partial<TaskOptions> = {}) {
  const scene = setUp()
  let crashes = 0
  const run = async ({ sleep }: RunContext): Promise<void> => {
    await sleep(crashes === 0 ? '5m' : '8s')
    crashes += 1
    if (crashes <= times) throw new Error('reset')
    await sleep('1d')
  }
  const task = scene.supervisor.register({ name: 'gateway', schedule: loop(), run, ...options })
  await scene.supervisor.start()
  const opened = () => scene.recorder.of('rule.opened').map(({ rule }) => rule)
  return { ...scene, task, opened }
}

it('one crash of a healthy loop opens no rule, because the new run is up after 10 s', async () => {
  const { clock, task, opened } = await crashing(1)

  await clock.advance('6m')

  expect(opened()).toEqual([])
  expect(task.health().status).toBe('healthy')
})

it('a loop whose runs end after 8 s each is down', async () => {
  const { clock, opened } = await crashing(4)

  await clock.advance('5m')
  await clock.advance('20s')

  expect(opened()).toContain('not-running')
})

it('a loop with ready: true that does not get ready is down after 10 s, although its run is active', async () => {
  const { clock, opened } = await crashing(0, { schedule: loop({ ready: true }) })
  expect(opened()).toEqual([])

  await clock.advance('20s')

  expect(opened()).toEqual(['not-running'])
})
