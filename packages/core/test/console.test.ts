import { expect, it } from 'vitest'
import type { RunContext, TaskOptions } from '../src/index.ts'
import { always, backoff, cron, every, loop, rules, Supervisor } from '../src/index.ts'
import { MemoryFleet, VirtualClock } from '../src/testing/index.ts'
import { consoleLines, ignoring, setUp, untilAborted } from './supervised.ts'

it('without observers configured, the console reports failures, stuck runs and given-up tasks, once a minute per task', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  const restart = always({
    backoff: backoff.fixed('1s', { jitter: 0 }),
    budget: { restarts: 70, within: '10m' },
    exhausted: 'stop',
  })
  const fails = (): never => {
    throw new Error('no feed')
  }
  supervisor.register({ name: 'loop', schedule: loop(), restart, run: fails })
  supervisor.register({ name: 'hangs', timeout: '1s', abortGrace: '1s', run: ignoring })
  await supervisor.start()
  void supervisor.task('hangs')?.trigger()
  await clock.advance(59_999)

  const reported = (): string[] => lines.map((line) => line.replace(/run [\w.-]+-[^\s:]+/, 'run …'))
  expect(reported()).toEqual([
    "[runwell] Task 'loop' failed after 0 ms: Error: no feed",
    "[runwell] Task 'hangs' ignored its aborted signal and was abandoned after 2 s, run …: RunTimedOutError: The run of task 'hangs' exceeded its timeout of 1 s",
    "[runwell] Task 'hangs' is stuck: run … ignores its aborted signal, is 2 s old and blocks the next run",
    "[runwell] Task 'hangs' is unhealthy, was unknown: the previous run ignored its abort signal and blocks this task; the last run failed, limit 1",
  ])
  await clock.advance(30_001)

  expect(reported().slice(4)).toEqual([
    "[runwell] … and 59 more in 60 s, the last: Task 'loop' failed after 0 ms: Error: no feed",
    "[runwell] Task 'loop' is given up and not restarted any more: it threw an error after 70 restarts in 10 min: Error: no feed",
    "[runwell] Task 'loop' is unhealthy, was degraded: stopped after 70 restarts, limit 70; the loop has been down for 70 s, limit 10 s",
  ])
})

it('without observers configured, the console reports a unit that fails in a run that goes on', async () => {
  const lines = consoleLines()
  const { supervisor } = setUp({ observers: undefined })
  const run: TaskOptions['run'] = ({ each }) =>
    each([1, 2, 3], (item) => {
      if (item > 1) throw new Error(`no ${item}`)
    })
  const task = supervisor.register({ name: 'mail', run })

  expect(await task.trigger()).toMatchObject({ outcome: 'succeeded' })
  expect(lines).toEqual(["[runwell] Task 'mail': unit 'item' failed after 0 ms: Error: no 2"])
})

it('without observers configured, the console says who controlled which task, and why', async () => {
  const lines = consoleLines()
  const { supervisor } = setUp({ observers: undefined })
  const task = supervisor.register({ name: 'mail', schedule: every('1h'), run: () => {} })
  await supervisor.start()

  task.pause({ by: 'ada (token)', reason: 'the server moves' })
  expect(await task.restart({ by: 'ada (token)' })).toMatchObject({ restarted: false })
  task.resume({ by: 'ben (token)' })
  task.pause('a pause that nobody has signed')

  expect(lines).toEqual([
    "[runwell] Task 'mail': ada (token) paused it (the server moves)",
    "[runwell] Task 'mail': ada (token) asked to restart it: the task is paused",
    "[runwell] Task 'mail': ben (token) resumed it",
  ])
})

it('with an empty list of observers, the console reports nothing', async () => {
  const lines = consoleLines()
  const { supervisor } = setUp({ observers: [] })
  const task = supervisor.register({ name: 'a', run: () => Promise.reject(new Error('no')) })
  await task.trigger()

  expect(lines).toEqual([])
})

const fails = (): never => {
  throw new Error('no feed')
}

it('counts what repeats within a minute, and says the count when the minute is over or the supervisor stops', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  const task = supervisor.register({ name: 'mail', health: [], run: fails })
  await supervisor.start()
  for (let second = 0; second < 60; second += 1) {
    await task.trigger()
    await clock.advance(999)
  }
  expect(lines).toEqual(["[runwell] Task 'mail' failed after 0 ms: Error: no feed"])

  await clock.advance('1h')
  expect(lines.slice(1)).toEqual([
    "[runwell] … and 59 more in 60 s, the last: Task 'mail' failed after 0 ms: Error: no feed",
  ])

  await task.trigger()
  await task.trigger()
  await supervisor.stop()
  expect(lines.slice(2)).toEqual([
    "[runwell] Task 'mail' failed after 0 ms: Error: no feed",
    "[runwell] Task 'mail' failed after 0 ms: Error: no feed",
  ])
})

it('counts the repetitions of each task on its own', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  const often = supervisor.register({ name: 'often', health: [], run: fails })
  const rare = supervisor.register({ name: 'rare', health: [], run: fails })
  await supervisor.start()
  for (let n = 0; n < 5; n += 1) await often.trigger()
  await clock.advance('30s')
  await rare.trigger()
  await rare.trigger()
  await rare.trigger()
  await clock.advance('10m')

  expect(lines.map((line) => line.replace('failed after 0 ms: Error: no feed', 'failed'))).toEqual([
    "[runwell] Task 'often' failed",
    "[runwell] Task 'rare' failed",
    "[runwell] … and 4 more in 60 s, the last 60 s ago: Task 'often' failed",
    "[runwell] … and 2 more in 60 s, the last 60 s ago: Task 'rare' failed",
  ])
})

it('writes that a loop with ready: true is up when it calls ready(), and not after a time', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  let state: 'up' | 'silent' | 'broken' = 'broken'
  const run = async (context: RunContext) => {
    if (state === 'broken') fails()
    if (state === 'up') context.ready()
    await untilAborted(context)
  }
  const restart = always({ backoff: backoff.fixed('1s', { jitter: 0 }) })
  const task = supervisor.register({ name: 'gateway', schedule: loop({ ready: true }), restart, run })
  await supervisor.start()
  state = 'silent'
  await clock.advance('90s')
  expect(lines).toEqual(["[runwell] Task 'gateway' failed after 0 ms: Error: no feed"])

  state = 'up'
  void task.restart()
  await clock.advance('2m')
  expect(lines.slice(1)).toEqual(["[runwell] Task 'gateway' is up after 90 s and 1 restart"])
})

it('writes the first timeout although the task has failed less than a minute ago', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  let hangs = false
  const run = ({ sleep }: RunContext) => (hangs ? sleep('1h') : fails())
  const task = supervisor.register({ name: 'mail', health: [], timeout: '5s', run })
  await supervisor.start()
  for (const turn of [false, false, true, true]) {
    hangs = turn
    void task.trigger()
    await clock.advance('10s')
  }
  await clock.advance('10m')

  expect(lines).toEqual([
    "[runwell] Task 'mail' failed after 0 ms: Error: no feed",
    "[runwell] 15 s ago: Task 'mail' failed after 0 ms: Error: no feed",
    "[runwell] Task 'mail' timed out after 5 s: RunTimedOutError: The run of task 'mail' exceeded its timeout of 5 s",
    "[runwell] 50 s ago: Task 'mail' timed out after 5 s: RunTimedOutError: The run of task 'mail' exceeded its timeout of 5 s",
  ])
})

it('writes the count of each line when its own minute is over', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  const early = supervisor.register({ name: 'early', health: [], run: fails })
  const late = supervisor.register({ name: 'late', health: [], run: fails })
  await supervisor.start()
  await early.trigger()
  await clock.advance('10s')
  await late.trigger()
  await late.trigger()
  await late.trigger()
  await early.trigger()
  await early.trigger()
  await clock.advance('50s')
  expect(lines.slice(2)).toEqual([
    expect.stringContaining("… and 2 more in 60 s, the last 50 s ago: Task 'early'"),
  ])

  await clock.advance('10s')
  expect(lines.slice(3)).toEqual([
    expect.stringContaining("… and 2 more in 60 s, the last 60 s ago: Task 'late'"),
  ])
})

it('says when a task becomes unhealthy and when it recovers, even within a minute', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  let works = true
  const health = [rules.consecutiveFailures({ degraded: 1, unhealthy: 1 })]
  const task = supervisor.register({ name: 'mail', health, run: () => (works ? undefined : fails()) })
  await supervisor.start()
  await task.trigger()
  works = false
  await task.trigger()
  works = true
  await task.trigger()
  await clock.advance('1s')

  expect(lines.filter((line) => line.includes(' is '))).toEqual([
    "[runwell] Task 'mail' is unhealthy, was healthy: the last run failed, limit 1",
    "[runwell] Task 'mail' is healthy, was unhealthy",
  ])
})

async function followingTask(lines: readonly string[]) {
  const { clock, supervisor } = setUp({ observers: undefined })
  const health = [rules.consecutiveFailures({ degraded: 1, unhealthy: 1 })]
  const run = ({ input }: { readonly input: unknown }) => (input === 'works' ? undefined : fails())
  const task = supervisor.register({ name: 'mail', health, run })
  await supervisor.start()
  const states = (): string[] => lines.filter((line) => / is (un)?healthy| is degraded/.test(line))
  return { clock, supervisor, task, states }
}

it('ends with the state that a task is in, however often it changed within the minute', async () => {
  const lines = consoleLines()
  const { clock, task, states } = await followingTask(lines)
  for (const input of ['fails', 'works', 'fails', 'works', 'fails']) {
    await task.trigger(input)
    await clock.advance('5s')
  }
  await clock.advance('1h')

  expect(task.health().status).toBe('unhealthy')
  expect(states()).toEqual([
    "[runwell] Task 'mail' is unhealthy, was unknown: the last run failed, limit 1",
    "[runwell] Task 'mail' is healthy, was unhealthy",
    "[runwell] … and 3 more in 55 s, the last 40 s ago: Task 'mail' is unhealthy, was healthy: the last run failed, limit 1",
  ])
})

it('says that a task is degraded if its last line said something else, and not if it was never unhealthy', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  const health = [rules.consecutiveFailures({ degraded: 1, unhealthy: 2 })]
  const run = ({ input }: { readonly input: unknown }) => (input === 'works' ? undefined : fails())
  const task = supervisor.register({ name: 'mail', health, run })
  await supervisor.start()
  const states = (): string[] =>
    lines.flatMap((line) => / is (unhealthy|healthy|degraded)/.exec(line)?.[1] ?? [])
  for (const input of ['works', 'fails', 'works']) await task.trigger(input)
  expect(states()).toEqual([])

  for (const input of ['fails', 'fails', 'works', 'fails']) {
    await task.trigger(input)
    await clock.advance('2m')
  }

  expect(task.health().status).toBe('degraded')
  expect(states()).toEqual(['unhealthy', 'healthy', 'degraded'])
})

it('ends with whether a task is paused, and whether a loop is up', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  let connection: { fail(): void } | undefined
  const task = supervisor.register({
    name: 'bot',
    schedule: loop({ ready: true }),
    health: [],
    restart: always({ backoff: backoff.fixed('1s', { jitter: 0 }) }),
    run: ({ ready }) => {
      ready()
      return new Promise<void>((_resolve, reject) => {
        connection = { fail: () => reject(new Error('lost')) }
      })
    },
  })
  await supervisor.start()
  for (let round = 0; round < 3; round += 1) {
    connection?.fail()
    await clock.advance('5s')
  }
  const about = (what: RegExp): string[] => lines.filter((line) => what.test(line))
  await clock.advance('1h')
  expect(about(/up after|failed/).at(-1)).toContain('is up after')

  const by = 'ada'
  for (let round = 0; round < 2; round += 1) {
    task.pause({ by })
    await clock.advance('5s')
    task.resume({ by })
    await clock.advance('5s')
  }
  task.pause({ by })
  await clock.advance('1h')

  expect(about(/paused|resumed/).at(-1)).toContain('paused')
})

it('writes what it held back before the stop begins, and says how long ago it was', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  supervisor.observe(
    {
      name: 'signals',
      eventTypes: ['shutdown.started'],
      // biome-ignore lint/suspicious/noConsole: this is what is tested
      onEvent: () => console.error('[runwell] Stopping'),
    },
    { keepConsole: true },
  )
  const task = supervisor.register({ name: 'mail', health: [], run: fails })
  await supervisor.start()
  for (let n = 0; n < 3; n += 1) await task.trigger()
  const once = supervisor.register({ name: 'once', health: [], run: fails })
  for (let n = 0; n < 2; n += 1) await once.trigger()
  await clock.advance('12s')
  await supervisor.stop()

  expect(lines.slice(2)).toEqual([
    "[runwell] … and 2 more in 12 s, the last 12 s ago: Task 'mail' failed after 0 ms: Error: no feed",
    "[runwell] 12 s ago: Task 'once' failed after 0 ms: Error: no feed",
    '[runwell] Stopping',
  ])
})

it('does not call a task healthy when its run timed out', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  supervisor.register({
    name: 'slow',
    timeout: '1s',
    schedule: every('1m', { immediate: true }),
    run: async ({ sleep }) => sleep('5s'),
  })
  await supervisor.start()
  await clock.advance('10m')

  expect(lines.filter((line) => line.includes('healthy'))).toEqual([
    expect.stringContaining("Task 'slow' is unhealthy, was degraded"),
  ])
})

const upLines = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => /is up after|restart in/.test(line))

it('says once that a loop is up after failures, with the time and the restarts', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  let isDown = true
  supervisor.register({
    name: 'gateway',
    schedule: loop({ ready: true }),
    restart: always({ backoff: backoff.fixed('5s') }),
    run: async ({ ready, sleep }) => {
      if (isDown) throw new Error('no gateway')
      ready()
      await sleep('1d')
    },
  })
  await supervisor.start()
  await clock.advance('12s')
  isDown = false
  await clock.advance('1h')

  expect(lines).toEqual([
    "[runwell] Task 'gateway' failed after 0 ms: Error: no gateway",
    "[runwell] … and 2 more in 15 s, the last 5 s ago: Task 'gateway' failed after 0 ms: Error: no gateway",
    "[runwell] Task 'gateway' is up after 15 s and 3 restarts",
  ])
})

it('says that a loop without ready() or beat() is up, at the next look of the monitor', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  let generation = 0
  const restart = always({ backoff: backoff.fixed('5s') })
  supervisor.register({
    name: 'tail',
    schedule: loop(),
    restart,
    run: async ({ sleep }) => {
      generation += 1
      if (generation === 1) throw new Error('no file')
      await sleep('1d')
    },
  })
  await supervisor.start()
  await clock.advance('59s')
  expect(upLines(lines)).toEqual([])

  await clock.advance('2m')
  expect(upLines(lines)).toEqual(["[runwell] Task 'tail' is up after 5 s and 1 restart"])
})

it('says that a loop is restarted because it hangs, and that it is up', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  let isSilent = false
  supervisor.register({
    name: 'gateway',
    schedule: loop(),
    restart: always({ backoff: backoff.fixed('1s') }),
    health: { add: [rules.hung({ limit: '30s', restarts: true })] },
    run: async ({ beat, sleep, signal }) => {
      while (!signal.aborted) {
        if (!isSilent) beat()
        await sleep('10s')
      }
    },
  })
  await supervisor.start()
  await clock.advance('1m')
  isSilent = true
  await clock.advance('31s')
  isSilent = false
  await clock.advance('1m')

  expect(upLines(lines)).toEqual([
    "[runwell] Task 'gateway' broke the health rule 'hung', restart in 1 s",
    "[runwell] Task 'gateway' is up after 1 s and 1 restart",
  ])
})

it('says nothing of a loop that returns or is restarted manually', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  const restart = always({ backoff: backoff.fixed('1s') })
  supervisor.register({ name: 'batch', schedule: loop(), restart, run: ({ sleep }) => sleep('1m') })
  const task = supervisor.register({ name: 'idle', schedule: loop(), run: ({ sleep }) => sleep('1d') })
  await supervisor.start()
  await clock.advance('1s')
  void task.restart()
  await clock.advance('5m')

  expect(lines).toEqual([])
})

it('keeps its lines beside observers with keepConsole, also beside one that is attached later', async () => {
  const lines = consoleLines()
  const { recorder, supervisor } = setUp({ keepConsole: true })
  supervisor.observe({ name: 'later', onEvent: () => {} })
  const task = supervisor.register({ name: 'mail', run: fails })
  await task.trigger()

  expect(lines).toEqual([expect.stringContaining("Task 'mail' failed after 0 ms: Error: no feed")])
  expect(recorder.of('run.ended')).not.toEqual([])
  expect(() => setUp({ keepConsole: 'yes' as never })).toThrow('keepConsole')
})

it('says in both processes of a fleet that a stop hands over a run', async () => {
  const lines = consoleLines()
  const fleet = new MemoryFleet()
  const clock = new VirtualClock()
  const [a, b] = [fleet.member(), fleet.member()].map(
    (member) => new Supervisor({ clock, fleet: member, env: {} }),
  ) as [Supervisor, Supervisor]
  const run = ({ sleep, attempt }: RunContext) => (attempt === 1 ? sleep('1h') : undefined)
  const register = (supervisor: Supervisor) =>
    supervisor.register({ name: 'invoices', scope: 'service', schedule: cron('0 3 * * *'), run })
  register(a)
  await a.start()
  await clock.advance('3h')
  await clock.advance('12s')
  register(b)
  await b.start()
  await clock.advance('1s')
  lines.length = 0
  const stopped = a.stop()
  await clock.advance('30s')
  await stopped

  expect(lines).toEqual([
    "[runwell] Task 'invoices' was cancelled after 13 s; this process stops, so the next process that can run the task makes a new attempt",
    `[runwell] Task 'invoices': process ${a.instanceId} stopped during attempt 1 of the slot 2026-01-01T03:00:00.000Z, 13 s after its start; this process makes a new attempt`,
  ])
  await b.stop()
})

it('says once that a fleet is down and once that it is back, however many tasks it has', async () => {
  const lines = consoleLines()
  const fleet = new MemoryFleet()
  const { clock, supervisor } = setUp({ observers: undefined, fleet: fleet.member() })
  for (let n = 0; n < 3; n += 1)
    supervisor.register({ name: `task-${n}`, scope: 'service', schedule: every('1s'), run: () => {} })
  await supervisor.start()
  await clock.advance('10s')
  expect(lines.splice(0)).toEqual([`[runwell] This process is ${supervisor.instanceId} in the memory fleet`])
  fleet.storeDown()
  await clock.advance('30s')

  expect(lines).toEqual([
    "[runwell] the memory fleet can't be used: slots of its tasks wait, runs under way go on: Error: connect ECONNREFUSED",
  ])
  await clock.advance('30s')
  fleet.storeUp()
  await clock.advance('2m')

  const said = lines.slice(1).map((line) => line.replace(/task-\d+/, 'task').replace(/: no success.*/, ''))
  expect(said).toEqual([
    "[runwell] Task 'task' is unhealthy, was degraded",
    '[runwell] the memory fleet can be used again after 60 s',
    "[runwell] … and 5 more in 60 s, the last 33 s ago: Task 'task' is healthy, was unhealthy",
  ])
})

it('says what a rule threw', async () => {
  const lines = consoleLines()
  const { supervisor } = setUp({ observers: undefined })
  const depth = (): never => {
    throw new TypeError('queue is not defined')
  }
  const task = supervisor.register({ name: 'mail', health: { add: [depth] }, run: () => {} })
  await supervisor.start()
  await task.trigger()
  await task.trigger()

  expect(lines).toEqual(["[runwell] Task 'mail': rule 'depth' threw: TypeError: queue is not defined"])
})

it('names the task that blocked the event loop for 500 ms or more', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  const short = supervisor.register({ name: 'short', run: () => clock.block(499) })
  const long = supervisor.register({ name: 'long', run: () => clock.block(800) })
  await supervisor.start()
  await clock.advance('1s')
  void short.trigger()
  await clock.advance('1s')
  void long.trigger()
  await clock.advance('1s')

  expect(lines).toEqual([
    expect.stringMatching(/^\[runwell\] The event loop was blocked for \d+ ms, most likely by task 'long'$/),
  ])
})

it.each([
  [1, '1 task is registered'],
  [5, '5 tasks are registered'],
])('says once that start() was not called for %i registered tasks', async (count, text) => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  for (let n = 0; n < count; n += 1)
    supervisor.register({ name: `t${n}`, schedule: every('1m'), run: () => {} })
  await clock.advance(9_999)
  expect(lines).toEqual([])

  await clock.advance('1h')
  supervisor.register({ name: 'late', schedule: every('1m'), run: () => {} })
  await clock.advance('1h')
  expect(lines).toEqual([
    `[runwell] ${text}, but start() was not called for 10 s. Call supervisor.start(): before that, no schedule starts, and no task is judged`,
  ])
})

it.each([
  [
    'registered',
    (supervisor: Supervisor) => supervisor.register({ name: 'a', schedule: every('1m'), run: () => {} }),
  ],
  ['external', (supervisor: Supervisor) => supervisor.external({ name: 'a', expects: every('1m') })],
])('reminds of start() for a %s task without observers if the console is kept', async (_, add) => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: [], keepConsole: true })
  add(supervisor)
  await clock.advance('10s')
  expect(lines).toEqual([expect.stringContaining('start() was not called for 10 s')])
})

it('says nothing of start() once it was called, when no task waits for it, or without observers on purpose', async () => {
  const lines = consoleLines()
  const { clock, supervisor } = setUp({ observers: undefined })
  supervisor.register({ name: 'a', schedule: every('1m'), run: () => {} })
  await clock.advance('9s')
  await supervisor.start()
  const manual = setUp({ observers: undefined })
  manual.supervisor.register({ name: 'b', run: () => {} })
  const silent = setUp({ observers: [] })
  silent.supervisor.register({ name: 'c', schedule: every('1m'), run: () => {} })
  for (const each of [clock, manual.clock, silent.clock]) await each.advance('1m')

  expect(lines).toEqual([])
})
