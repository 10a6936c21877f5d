import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { every, rules } from '../src/index.ts'
import { setUp } from './supervised.ts'

const fail = (): never => {
  throw new Error('no')
}

it('a task is printed with its name, its state, its health and the reasons', async () => {
  const { clock, supervisor } = setUp()
  const health = [rules.consecutiveFailures({ degraded: 1, unhealthy: 2 })]
  const schedule = every('10s', { immediate: true })
  const task = supervisor.register({ name: 'mail.poll', schedule, health, run: fail })
  expect(inspect(task)).toBe(
    "Task {\n  name: 'mail.poll',\n  state: 'registered',\n  health: 'unknown',\n  reasons: [ 'no run has ended yet' ]\n}",
  )
  await supervisor.start()
  await clock.advance('15s')

  expect(inspect(task)).toBe(
    "Task {\n  name: 'mail.poll',\n  state: 'waiting',\n  health: 'unhealthy',\n  reasons: [ 'failed 2 times in a row, limit 2' ]\n}",
  )
})

it('the metrics of a task are printed as numbers', async () => {
  const { clock, supervisor } = setUp()
  const task = supervisor.register({
    name: 'mail.poll',
    schedule: every('10s', { immediate: true }),
    run: ({ sleep }) => sleep('2s'),
  })
  await supervisor.start()
  await clock.advance('15s')

  const text = inspect(task.metrics())
  expect(text).toMatch(/^TaskMetrics \{/)
  expect(text).toContain('started: 2,')
  expect(text).toMatch(/success: \{\s+count: 2,\s+sum: 4000,\s+min: 2000,\s+max: 2000,\s+p50: 2000,/)
  expect(text).toContain('failure: { count: 0 }')
})
