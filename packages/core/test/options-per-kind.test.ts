import { describe, expect, it } from 'vitest'
import type { Schedule, TaskBehavior } from '../src/index.ts'
import { cron, every, InvalidOptionError, loop, manual, schedules } from '../src/index.ts'
import { setUp } from './supervised.ts'

const kinds: Readonly<Record<string, () => Schedule>> = {
  every: () => every('1m'),
  cron: () => cron('0 3 * * *'),
  delay: () => schedules.delay('1m'),
  once: () => schedules.once({ at: new Date('2030-01-01T00:00:00Z') }),
  manual: () => manual(),
  loop: () => loop(),
}

type Users = 'every kind' | 'loops' | 'all but loops'

/** For each option: a value that is not the default, and the kinds of tasks that use it. */
const uses: { readonly [Name in keyof TaskBehavior]-?: readonly [value: TaskBehavior[Name], users: Users] } =
  {
    owner: ['billing', 'every kind'],
    category: ['poller', 'every kind'],
    priority: ['high', 'every kind'],
    overlap: [{ parallel: 3 }, 'all but loops'],
    timeout: ['1m', 'every kind'],
    abortGrace: ['1s', 'every kind'],
    allowAbandoned: [1, 'every kind'],
    restart: ['on-failure', 'loops'],
    retry: [{ times: 1 }, 'every kind'],
    on: [{}, 'every kind'],
    health: [[], 'every kind'],
    dependsOn: [['db'], 'every kind'],
    enabled: [() => true, 'all but loops'],
    paused: [true, 'every kind'],
    lastSlot: [() => undefined, 'all but loops'],
    readiness: [true, 'every kind'],
    readyWhen: ['first-success', 'every kind'],
    liveness: [false, 'every kind'],
    scope: ['service', 'every kind'],
    history: [5, 'every kind'],
    max: [5, 'all but loops'],
    runbook: ['https://example.com', 'every kind'],
    slo: [{ target: 0.9 }, 'every kind'],
    trace: ['off', 'every kind'],
  }
/** An option that has an effect only together with another one. */
const together: TaskBehavior = { overlap: { parallel: 9 } }

function optionRefused(kind: string, options: TaskBehavior): string | undefined {
  const { supervisor } = setUp()
  supervisor.register({ name: 'db', run: () => {} })
  try {
    supervisor.register({ name: 'a', schedule: kinds[kind]?.(), run: () => {}, ...options })
    return undefined
  } catch (error) {
    if (error instanceof InvalidOptionError && error.task === 'a') return error.option
    throw error
  }
}

describe.each(Object.keys(kinds))('a task of the kind %s', (kind) => {
  it.each(Object.entries(uses))('either uses the option %s or refuses it', (name, [value, users]) => {
    const isUsed = users === 'every kind' || (users === 'loops') === (kind === 'loop')
    const more = name === 'max' && isUsed ? together : {}

    expect(optionRefused(kind, { ...more, [name]: value })).toBe(isUsed ? undefined : name)
  })
})

describe('a loop', () => {
  it.each(['queue', 'cancel-previous', { parallel: 3 }] as const)('refuses the overlap %j', (overlap) => {
    expect(optionRefused('loop', { overlap })).toBe('overlap')
  })

  it('accepts the overlap that each loop has', () => {
    expect(optionRefused('loop', { overlap: 'skip' })).toBeUndefined()
  })
})

it('`liveness: false` is accepted for each kind of task', () => {
  const refused = Object.keys(kinds).map((kind) => [kind, optionRefused(kind, { liveness: false })])

  expect(refused).toEqual(Object.keys(kinds).map((kind) => [kind, undefined]))
})

it('an option that the task does not use is refused with its cure', () => {
  const { supervisor } = setUp()
  const register = (options: TaskBehavior, schedule?: Schedule) => () =>
    supervisor.register({ name: 'a', schedule, run: () => {}, ...options })

  expect(register({ overlap: { parallel: 3 } }, loop())).toThrow(
    "Expected `overlap` to be 'skip' or left out for a loop, which has one run at a time; for several runs, register several loops, got {\"parallel\":3} (task 'a')",
  )
  expect(register({ restart: 'never' }, every('1m'))).toThrow(
    "Expected `restart` to be left out, because only loops are restarted; to repeat a failed run, use `retry`, got 'never' (task 'a')",
  )
  expect(register({ liveness: true }, every('1m'))).toThrow(
    "Expected `liveness` to be false or left out, because only loops can be given up, got true (task 'a')",
  )
  expect(register({ lastSlot: () => undefined }, loop())).toThrow(
    'Expected `lastSlot` to be left out for a loop, which has no slots, got ',
  )
})

describe('parallel runs', () => {
  const parallel = 10_050

  it('may be more than the default of max', async () => {
    const { supervisor } = setUp()
    const task = supervisor.register({ name: 'a', overlap: { parallel }, run: ({ sleep }) => sleep('1h') })
    await supervisor.start()

    for (let run = 0; run < parallel; run += 1) void task.trigger()

    expect(task.active()).toHaveLength(10_050)
    expect(await task.trigger()).toEqual({ started: false, reason: 'overlap' })
  })

  it('are at most max, if that is lower', async () => {
    const { supervisor } = setUp()
    const task = supervisor.register({
      name: 'a',
      overlap: { parallel: 5 },
      max: 2,
      run: ({ sleep }) => sleep('1h'),
    })
    await supervisor.start()

    for (let run = 0; run < 5; run += 1) void task.trigger()

    expect(task.active()).toHaveLength(2)
  })
})
