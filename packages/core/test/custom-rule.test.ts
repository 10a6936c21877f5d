import { describe, expect, it } from 'vitest'
import { loop, rule, rules } from '../src/index.ts'
import { setUp } from './supervised.ts'

const depth = { value: 0 }
const tooDeep = () =>
  depth.value > 10
    ? ({
        status: 'degraded',
        value: depth.value,
        limit: 10,
        reason: `${depth.value} jobs wait`,
        recheckInMs: '1s',
      } as const)
    : undefined

async function judged(options: Parameters<typeof rule>[2]) {
  const all = setUp()
  depth.value = 0
  const health = [rule('backlog', tooDeep, options)]
  const task = all.supervisor.register({ name: 'a', health, run: () => {} })
  await all.supervisor.start()
  await task.trigger()
  return { ...all, task }
}

describe('a rule made of a function', () => {
  it('opens and closes after the given times', async () => {
    const { task, clock, recorder } = await judged({ for: '5m', keepFor: '10m' })
    depth.value = 11
    await task.trigger()
    await clock.advance('4m')
    expect(task.health().status).toBe('healthy')
    await clock.advance('2m')
    expect(recorder.of('rule.opened')).toMatchObject([{ rule: 'backlog', reason: '11 jobs wait' }])

    depth.value = 0
    await clock.advance('9m')
    expect(task.health().status).toBe('degraded')
    await clock.advance('3m')
    expect(recorder.of('rule.closed')).toMatchObject([{ rule: 'backlog', cause: 'cleared' }])
  })

  it('opens and closes after the given numbers of runs', async () => {
    const { task } = await judged({ runs: 2, okRuns: 2 })
    const statuses = []
    for (const value of [11, 11, 0, 0]) {
      depth.value = value
      await task.trigger()
      statuses.push(task.health().status)
    }
    expect(statuses).toEqual(['healthy', 'degraded', 'degraded', 'healthy'])
  })

  it('asks for a restart', async () => {
    const { clock, supervisor, recorder } = setUp()
    depth.value = 0
    const health = { add: [rule('backlog', tooDeep, { restarts: true })] }
    supervisor.register({ name: 'a', schedule: loop(), health, run: async ({ sleep }) => sleep('1d') })
    await supervisor.start()
    await clock.advance('1m')
    depth.value = 11
    await clock.advance('2m')

    expect(recorder.of('restart.scheduled')).toMatchObject([{ cause: 'unhealthy' }])
  })

  it.each([
    [() => rule('', tooDeep), 'Expected `rule.name` to be at most 40 letters'],
    [() => rule('a b', tooDeep), 'Expected `rule.name` to be at most 40 letters'],
    [() => rule('a', undefined as never), 'Expected `rule.fn` to be a function of the facts, got undefined'],
    [() => rule('a', rules.stale as never), 'Expected `rule.fn` to be a function of the facts; the makers'],
    [() => rule('a', tooDeep, { for: 'soon' as never }), 'Expected `rule.for` to be a duration'],
    [() => rule('a', tooDeep, { runs: 0 }), 'Expected `rule.runs` to be a whole number from 1'],
    [() => rule('a', tooDeep, { keepfor: '1s' } as never), "Did you mean 'keepFor'?"],
  ])('rejects bad input: %s', (make, message) => {
    expect(make).toThrow(message)
  })
})
