import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Task, TaskHealth } from '../src/index.ts'
import { every, loop, rule, rules } from '../src/index.ts'
import { setUp } from './supervised.ts'

const explains = (health: TaskHealth): boolean =>
  health.status === 'healthy' ||
  health.reasons.some(({ reason, rule: name, status }) => {
    return status === health.status && reason !== '' && name !== ''
  })

const refusal = new Error('no')

async function playing() {
  const { clock, recorder, supervisor } = setUp({ settle: 'microtasks' })
  const world = { fails: false, leads: true, throws: false }
  const run = (): void => {
    if (world.fails) throw refusal
  }
  const sometimes = rule('sometimes', () => {
    if (world.throws) throw refusal
    return world.fails ? { status: 'unhealthy', value: 1, limit: 0, reason: 'fails' } : undefined
  })
  const tasks: Task[] = [
    supervisor.register({ name: 'poll', schedule: every('1m'), enabled: () => world.leads, run }),
    supervisor.register({ name: 'own', schedule: every('1m'), health: [sometimes], run }),
    supervisor.register({ name: 'both', schedule: every('30s'), health: { add: [sometimes] }, run }),
    supervisor.register({ name: 'hand', run }),
    supervisor.register({ name: 'bare', schedule: every('1m'), health: [], run }),
    supervisor.register({
      name: 'loop',
      schedule: loop(),
      run: async ({ sleep }) => {
        run()
        await sleep('20s')
      },
    }),
  ]
  await supervisor.start()
  const each = (call: (task: Task) => unknown) => () => void tasks.map(call)
  const change = (key: keyof typeof world) => () => {
    world[key] = !world[key]
  }
  const isScheduled = ({ info }: Task) => info.schedule.kind === 'every'
  const moves = {
    fail: change('fails'),
    standby: change('leads'),
    throw: change('throws'),
    pause: each((task) => task.pause()),
    resume: each((task) => task.resume()),
    trigger: each((task) => task.trigger()),
    restart: each((task) => task.restart()),
    toDaily: each((task) => isScheduled(task) && task.reschedule(every('1d'))),
    toSlow: each((task) => isScheduled(task) && task.reschedule(every('2m'))),
    setBack: () => clock.jump(-7_200_000),
    sleep: () => clock.suspend('8h'),
    minute: () => clock.advance('70s'),
    longer: () => clock.advance('10m'),
  }
  return { moves, tasks, recorder }
}

describe('a task that is not healthy', () => {
  it('has a reason, whatever happens', async () => {
    const names = [
      'fail',
      'fail',
      'standby',
      'throw',
      'pause',
      'resume',
      'trigger',
      'restart',
      'toDaily',
      'toSlow',
    ] as const
    const all = [...names, 'setBack', 'sleep', 'minute', 'minute', 'minute', 'longer'] as const
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...all), { minLength: 10, maxLength: 18 }), async (story) => {
        const { moves, tasks, recorder } = await playing()
        for (const move of story) {
          await moves[move]()
          for (const task of tasks) expect(task.health()).toSatisfy(explains)
        }
        for (const { health } of recorder.of('health.changed')) expect(health).toSatisfy(explains)
      }),
      { numRuns: 8, seed: 15 },
    )
  })

  it('says that it is flapping', async () => {
    const { moves, tasks } = await playing()
    for (let n = 0; n < 10; n += 1) {
      await moves.fail()
      await moves.minute()
    }
    const own = tasks[1]?.health()

    expect(own).toMatchObject({ status: 'unhealthy', flapping: true })
    expect(own?.reasons).toMatchObject([
      {
        rule: 'flapping',
        status: 'unhealthy',
        reason: expect.stringMatching(
          /^its health got worse again \d+ times, last when it had the finding "fails"; it counts as unhealthy until/,
        ),
      },
    ])
  })

  it('says why nothing is known', () => {
    const { supervisor } = setUp()
    const task = supervisor.register({ name: 'a', run: () => {} })
    const consumer = supervisor.register({
      name: 'b',
      schedule: loop(),
      health: [rules.hung()],
      run: () => {},
    })

    expect(task.health().reasons).toMatchObject([
      { rule: 'no-success', status: 'unknown', reason: 'no run has ended yet' },
    ])
    expect(consumer.health().reasons).toMatchObject([{ reason: 'has not come up yet' }])
  })
})
