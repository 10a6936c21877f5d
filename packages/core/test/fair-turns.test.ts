import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Observer, RunContext, SupervisorEvent, Task, TaskOptions } from '../src/index.ts'
import { every, rule, Supervisor } from '../src/index.ts'
import { setUp } from './supervised.ts'

const refusal = new Error('no')
const no = (): never => {
  throw refusal
}

const most = 20_000

type Chain = (supervisor: Supervisor, again: () => boolean) => void

const on = (type: SupervisorEvent['type'], call: (event: SupervisorEvent) => unknown): Observer => ({
  name: 'chain',
  onEvent: (event) => (event.type === type ? (call(event) as undefined) : undefined),
})

function selfTriggering(run: TaskOptions['run'], wait?: () => Promise<void>): Chain {
  return (supervisor, again) => {
    const task: Task = supervisor.register({
      name: 'again',
      run,
      on: {
        failure: async () => {
          if (wait) await wait()
          if (again()) void task.trigger()
        },
      },
    })
    void task.trigger()
  }
}

const chains: Readonly<Record<string, Chain>> = {
  'on.failure of a synchronous function': selfTriggering(no),
  'on.failure of an async function': selfTriggering(async () => no()),
  'on.failure that waits for a promise first': selfTriggering(no, () => Promise.resolve()),
  'run.ended of a task that succeeds': (supervisor, again) => {
    const task = supervisor.register({ name: 'a', run: () => {} })
    supervisor.observe(on('run.ended', () => again() && void task.trigger()))
    void task.trigger()
  },
  'two tasks that trigger each other': (supervisor, again) => {
    const tasks: Task[] = ['a', 'b'].map((name, index) =>
      supervisor.register({
        name,
        run: no,
        on: { failure: () => again() && void tasks[1 - index]?.trigger() },
      }),
    )
    void tasks[0]?.trigger()
  },
  'spawn in on.failure': (supervisor, again) => {
    const failure = () => again() && void supervisor.spawn('work', no, { on: { failure } })
    supervisor.spawn('work', no, { on: { failure } })
  },
  'spawn in run.ended of async work': (supervisor, again) => {
    supervisor.observe(on('run.ended', () => again() && void supervisor.spawn('work', async () => {})))
    supervisor.spawn('work', async () => {})
  },
  'pause and resume': (supervisor, again) => {
    const task = supervisor.register({ name: 'a', run: () => {} })
    supervisor.observe(on('task.paused', () => task.resume()))
    supervisor.observe(on('task.resumed', () => again() && task.pause()))
    task.pause()
  },
  'pause and resume after a promise': (supervisor, again) => {
    const task = supervisor.register({ name: 'a', run: () => {} })
    supervisor.observe(on('task.paused', () => Promise.resolve().then(() => task.resume())))
    supervisor.observe(on('task.resumed', () => Promise.resolve().then(() => again() && task.pause())))
    task.pause()
  },
  reschedule: (supervisor, again) => {
    const task = supervisor.register({ name: 'a', schedule: every('1h'), run: () => {} })
    let isLong = false
    const change = (): void => {
      isLong = !isLong
      task.reschedule(every(isLong ? '2h' : '1h'))
    }
    supervisor.observe(on('task.rescheduled', () => again() && change()))
    change()
  },
  'unregister and register': (supervisor, again) => {
    const cycle = async (): Promise<void> => {
      await supervisor.register({ name: 'a', run: () => {} }).unregister()
      if (again()) await cycle()
    }
    void cycle()
  },
  'an instrumented function': (supervisor, again) => {
    const call = supervisor.instrument({ name: 'call' }, () => {})
    supervisor.observe(on('run.ended', () => again() && call()))
    call()
  },
  'a rule': (supervisor, again) => {
    const judge = () => void (again() && void task.trigger())
    const task: Task = supervisor.register({ name: 'a', run: no, health: [rule('again', judge)] })
    void task.trigger()
  },
}

function bareSupervisor(): Supervisor {
  const supervisor = new Supervisor({ observers: [], env: {} })
  onTestFinished(() => supervisor.stop({ deadline: '1s' }).then(() => undefined))
  return supervisor
}

describe.each(Object.entries(chains))('%s, which causes itself', (_name, chain) => {
  it('leaves the event loop its turns', async () => {
    const supervisor = bareSupervisor()
    await supervisor.start()
    let calls = 0
    let goesOn = true
    chain(supervisor, () => {
      calls += 1
      if (calls > most) goesOn = false
      return goesOn
    })
    for (let turn = 0; turn < 3; turn += 1) await nextTurn()
    const seen = calls
    goesOn = false

    expect(seen).toBeGreaterThan(100)
    expect(seen).toBeLessThan(most)
  })

  it('goes on in virtual time before the clock moves', async () => {
    const { clock, supervisor } = setUp()
    await supervisor.start()
    const at: number[] = []
    chain(supervisor, () => at.push(clock.monotonic()) < 2_000)
    await clock.advance('1s')

    expect(at).toHaveLength(2_000)
    expect(new Set(at)).toEqual(new Set([0]))
  })
})

describe('a task that triggers itself for ever', () => {
  it('can be stopped, and others keep running meanwhile', async () => {
    const supervisor = bareSupervisor()
    let ticks = 0
    let calls = 0
    supervisor.register({
      name: 'tick',
      schedule: every('1ms', { immediate: true }),
      run: () => {
        ticks += 1
      },
    })
    selfTriggering(no)(supervisor, () => {
      calls += 1
      return calls < most
    })
    await supervisor.start()
    while (ticks < 3) await nextTurn()
    const report = await supervisor.stop({ deadline: '5s' })

    expect(calls).toBeLessThan(most)
    expect(report.abandoned).toEqual([])
    expect(report.exitCode).toBe(0)
  })

  it('makes advance() throw an error that names the likely cause', async () => {
    const { clock, supervisor } = setUp()
    let left = most
    const task: Task = supervisor.register({
      name: 'a',
      run: no,
      on: { failure: () => --left > 0 && void task.trigger() },
    })
    await supervisor.start()
    void task.trigger()

    await expect(clock.advance('1h')).rejects.toThrow(
      'The time stands still: after 20 turns of the event loop there is still work for this instant. Does a callback or an observer cause the event that calls it, as a trigger() of the same task in on.failure does?',
    )
  })
})

describe('events that wait for the next turn', () => {
  it('keep their order, with the calls that come meanwhile behind them', async () => {
    const { recorder, supervisor } = setUp()
    let left = 3_000
    const task: Task = supervisor.register({
      name: 'a',
      run: no,
      on: { failure: () => --left > 0 && void task.trigger() },
    })
    const other = supervisor.register({ name: 'b', run: () => {} })
    await supervisor.start()
    void task.trigger()
    const isDivided = left > 0
    const answer = other.trigger()
    other.pause()
    const types = (name: string) =>
      recorder.events.filter((event) => 'task' in event && event.task === name).map(({ type }) => type)

    expect(isDivided).toBe(true)
    expect(types('b')).toEqual(['task.registered', 'task.started'])
    expect(await answer).toMatchObject({ started: true, outcome: 'succeeded' })
    expect(types('b')).toEqual(['task.registered', 'task.started', 'run.started', 'task.paused', 'run.ended'])
  })

  it('report the time at which a run ended, and not that of the turn', async () => {
    const { clock, recorder, supervisor } = setUp()
    const task = supervisor.register({
      name: 'a',
      overlap: { parallel: 1_000 },
      run: async ({ sleep }) => sleep('2s'),
    })
    await supervisor.start()
    for (let n = 0; n < 1_000; n += 1) void task.trigger()
    await clock.advance('3s')
    const ends = recorder.of('run.ended')

    expect(ends).toHaveLength(1_000)
    expect(new Set(ends.map(({ durationMs }) => durationMs))).toEqual(new Set([2_000]))
  })

  it('do not divide a loop of calls', async () => {
    const { supervisor } = setUp()
    let runs = 0
    await supervisor.start()
    for (let n = 0; n < 5_000; n += 1)
      supervisor.spawn('work', (_context: RunContext) => {
        runs += 1
      })

    expect(runs).toBe(5_000)
  })
})
