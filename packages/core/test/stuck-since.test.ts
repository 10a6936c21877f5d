import { expect, it } from 'vitest'
import { rules, type Supervisor, type Task } from '../src/index.ts'
import { setUp } from './supervised.ts'

const options = { name: 'a', timeout: '10s', abortGrace: '10s', health: [rules.stuck()] } as const

const stuckFor = (task: Task) => task.health().reasons.find(({ rule }) => rule === 'stuck')?.value

function ignoringTask(supervisor: Supervisor) {
  const ends: (() => void)[] = []
  const run = () => new Promise<void>((resolve) => void ends.push(resolve))
  const task = supervisor.register({ ...options, allowAbandoned: 1, run })
  return { task, ends }
}

it('a task that allows an abandoned run is stuck only from the run that blocks it', async () => {
  const { clock, supervisor, recorder } = setUp()
  const { task } = ignoringTask(supervisor)
  await supervisor.start()
  void task.trigger()
  await clock.advance('60s')
  expect(stuckFor(task)).toBeUndefined()
  const second = clock.now() + 20_000
  void task.trigger()
  await clock.advance('60s')

  expect(stuckFor(task)).toBe(40_000)
  expect(task.health().reasons[0]?.since).toBe(second)
  expect(recorder.of('rule.opened')).toMatchObject([{ rule: 'stuck', at: second }])
})

it('a task that was free in between is stuck only from the newest block', async () => {
  const { clock, supervisor } = setUp()
  const { task, ends } = ignoringTask(supervisor)
  await supervisor.start()
  void task.trigger()
  await clock.advance('30s')
  void task.trigger()
  await clock.advance('30s')
  expect(stuckFor(task)).toBe(10_000)
  ends[0]?.()
  await clock.advance('30s')
  expect(stuckFor(task)).toBeUndefined()
  void task.trigger()
  await clock.advance('25s')

  expect(stuckFor(task)).toBe(5_000)
})

it('an abandoned run of an earlier task that the new task allows does not count', async () => {
  const { clock, supervisor } = setUp()
  const earlier = ignoringTask(supervisor)
  await supervisor.start()
  void earlier.task.trigger()
  await clock.advance('30s')
  await earlier.task.unregister()
  const { task } = ignoringTask(supervisor)
  await clock.advance('30s')
  void task.trigger()
  await clock.advance('25s')

  expect(stuckFor(task)).toBe(5_000)
})
