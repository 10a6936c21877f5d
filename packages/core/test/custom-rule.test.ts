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

    expect(recorder.of('restart.scheduled')).toMatchObject([{ cause: 'unhealthy', rule: 'backlog' }])
  })

  it('is named for the restart although another rule asks while the run ends', async () => {
    const { clock, supervisor, recorder } = setUp()
    depth.value = 0
    let isBad = false
    const second = rule(
      'second',
      () => (isBad ? ({ status: 'unhealthy', value: 1, limit: 0, reason: 'x' } as const) : undefined),
      { restarts: true },
    )
    const health = { add: [rule('backlog', tooDeep, { restarts: true }), second] }
    const run = () => new Promise<void>((resolve) => clock.timer(resolve, 95_000, true))
    supervisor.register({ name: 'a', schedule: loop(), health, abortGrace: '1h', run })
    await supervisor.start()
    await clock.advance('50s')
    depth.value = 11
    await clock.advance('20s')
    isBad = true
    await clock.advance('1m')

    const [first] = recorder.of('restart.scheduled')
    expect(first).toMatchObject({ cause: 'unhealthy', rule: 'backlog' })
  })

  it.each([
    [() => rule('', tooDeep), 'Expected `rule.name` to be at most 40 letters'],
    [() => rule('a b', tooDeep), 'Expected `rule.name` to be at most 40 letters'],
    [
      () => rule('no-success', tooDeep),
      "Expected `rule.name` to be a name that is not reserved for built-in rules, such as 'my-no-success', got 'no-success'",
    ],
    [() => rule('flapping', tooDeep), "such as 'my-flapping'"],
    [() => rule('not-judged', tooDeep), "such as 'my-not-judged'"],
    [
      () => rules.errorRate({ name: 'stale' }),
      'Expected `error-rate.name` to be a name that is not reserved',
    ],
    [() => rules.stale({ name: 'no-success' }), 'Expected `stale.name` to be a name that is not reserved'],
    [() => rule('a', undefined as never), 'Expected `rule.fn` to be a function of the facts, got undefined'],
    [() => rule('a', rules.stale as never), 'Expected `rule.fn` to be a function of the facts; the makers'],
    [() => rule('a', tooDeep, { for: 'soon' as never }), 'Expected `rule.for` to be a duration'],
    [() => rule('a', tooDeep, { runs: 0 }), 'Expected `rule.runs` to be a whole number from 1'],
    [() => rule('a', tooDeep, { keepfor: '1s' } as never), "Did you mean 'keepFor'?"],
  ])('rejects bad input: %s', (make, message) => {
    expect(make).toThrow(message)
  })

  it.each([
    [
      { ...rules.stale(), name: 'no-success', judge: () => ({ kind: 'fine' }) as const },
      'Expected `health[0].name` to be a name that is not',
    ],
    [
      function hung() {},
      "Expected `rule.name` to be a name that is not reserved for built-in rules, such as 'my-hung'",
    ],
  ])('does not allow the name of a built-in rule for an object in the list: %s', (own, message) => {
    const { supervisor } = setUp()

    expect(() => supervisor.register({ name: 'a', health: [own as never], run: () => {} })).toThrow(message)
  })

  it('lets a built-in rule with other options take the place of the default one', () => {
    const { supervisor } = setUp()
    const health = { add: [rules.stale({ grace: '1h' }), rules.stale({ name: 'stale-2', grace: '2h' })] }

    expect(() => supervisor.register({ name: 'a', health, run: () => {} })).not.toThrow()
  })
})

describe('a rule that is an object', () => {
  it('shows the current value if it changes with time', async () => {
    const { clock, supervisor } = setUp()
    const health = [{ ...rules.hung({ limit: '1m' }) }]
    const task = supervisor.register({ name: 'a', health, run: async ({ sleep }) => sleep('1d') })
    await supervisor.start()
    void task.trigger()
    await clock.advance('5m')
    const [first] = task.health().reasons
    await clock.advance('1m')
    const [second] = task.health().reasons
    expect([first?.value, second?.value]).toEqual([300_000, 360_000])
  })
})
