import { expect, it } from 'vitest'
import type { Task } from '../src/index.ts'
import { always, backoff, every, loop, onFailure, rules } from '../src/index.ts'
import { setUp, untilAborted } from './supervised.ts'

const down = (): never => {
  throw new Error('down')
}
const reason = (task: Task, rule = 'restarts') => task.health().reasons.find((each) => each.rule === rule)

async function parked(budgetRestarts = 3) {
  const { clock, supervisor } = setUp()
  let isDown = true
  const task = supervisor.register({
    name: 'gateway',
    schedule: loop(),
    restart: always({
      backoff: backoff.fixed('1s'),
      budget: { restarts: budgetRestarts, within: '1m' },
      park: { first: '5m', max: '20m' },
    }),
    run: (context) => (isDown ? down() : untilAborted(context)),
  })
  await supervisor.start()
  await clock.advance(1_000 * budgetRestarts + 500)
  expect(task.state).toBe('parked')
  return { clock, task, repair: () => (isDown = false) }
}

it('a parked loop keeps the number of restarts that parked it, while its budget window moves on', async () => {
  const { clock, task } = await parked()
  const first = reason(task)
  await clock.advance('59s')
  const second = reason(task)
  await clock.advance('3m')

  expect(first).toMatchObject({ value: 3, limit: 3, reason: 'parked after 3 restarts, limit 3' })
  expect(second).toEqual(first)
  expect(reason(task)).toEqual(first)
})

it('a failed trial changes nothing in that reason', async () => {
  const { clock, task } = await parked()
  await clock.advance('5m')
  await clock.advance('1s')

  expect(task.metrics().started).toBe(5)
  expect(task.state).toBe('parked')
  expect(reason(task)?.reason).toBe('parked after 3 restarts, limit 3')
})

it('a trial that is restarted manually and ends late is not a failed trial', async () => {
  const { clock, supervisor, recorder } = setUp()
  let runs = 0
  const task = supervisor.register({
    name: 'gateway',
    schedule: loop(),
    abortGrace: '1s',
    restart: always({
      backoff: backoff.fixed('1s'),
      budget: { restarts: 1, within: '5s' },
      park: { first: '1m' },
    }),
    run: () => {
      runs += 1
      return runs < 3 ? down() : new Promise<void>((resolve) => void clock.timer(resolve, 5_000))
    },
  })
  await supervisor.start()
  await clock.advance('61s')
  expect(runs).toBe(3)
  expect(reason(task)?.reason).toBe('parked after 1 restart, limit 1')
  const answer = task.restart()
  await clock.advance('1s')
  expect(await answer).toEqual({ restarted: false, reason: 'stuck' })
  expect(reason(task)?.reason).toBe('1 of 1 restart of its budget used, limit 1')

  await clock.advance('4s')

  expect(recorder.of('task.parked')).toMatchObject([{ parks: 1 }])
  expect(recorder.of('restart.scheduled').at(-1)).toMatchObject({ cause: 'manual', delayMs: 1_000 })
})

it('a loop with a budget of one restart is parked after 1 restart', async () => {
  const { task } = await parked(1)

  expect(reason(task)?.reason).toBe('parked after 1 restart, limit 1')
})

it('a loop that is paused while it is parked keeps its reason and status', async () => {
  const { clock, task } = await parked()
  task.pause('maintenance')
  const first = reason(task)
  await clock.advance('2m')

  expect(first).toMatchObject({
    status: 'unhealthy',
    reason: 'before the pause: parked after 3 restarts, limit 3',
  })
  expect(reason(task)).toEqual(first)
})

it('no restart is left while a loop is parked, and the budget counts again once it is up', async () => {
  const { clock, task, repair } = await parked()
  await clock.advance('2m')
  expect(task.restartsLeft()).toBe(0)

  repair()
  await task.restart()

  expect(task.restartsLeft()).toBe(3)
})

it('a loop whose option restart allows no restart does not blame its budget', async () => {
  const { clock, supervisor } = setUp()
  const task = supervisor.register({
    name: 'gateway',
    schedule: loop(),
    restart: onFailure({ when: () => false }),
    run: down,
  })
  await supervisor.start()
  await clock.advance('20m')

  expect(task.state).toBe('stopped')
  expect(reason(task)?.reason).toBe('stopped after 0 restarts: its option restart allows no more')
})

it('restarts and the rate of errors stand still during a pause', async () => {
  const { clock, supervisor } = setUp()
  const gateway = supervisor.register({
    name: 'gateway',
    schedule: loop(),
    restart: always({ backoff: backoff.fixed('10s'), budget: { restarts: 10, within: '2m' } }),
    health: [rules.restarts()],
    run: down,
  })
  const poll = supervisor.register({
    name: 'poll',
    schedule: every('30s', { immediate: true }),
    health: [rules.errorRate()],
    run: down,
  })
  await supervisor.start()
  await clock.advance(255_000)
  gateway.pause()
  poll.pause()
  const before = [reason(gateway), reason(poll, 'error-rate')]
  await clock.advance('90s')

  expect(before[1]?.reason).toBe('before the pause: 9 of 9 runs failed in 5 min: 100 %, limit 50 %')
  expect([reason(gateway), reason(poll, 'error-rate')]).toEqual(before)
})
