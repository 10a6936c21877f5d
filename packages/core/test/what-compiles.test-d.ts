import { expectTypeOf, it } from 'vitest'
import { task } from '../src/decorators/index.ts'
import * as core from '../src/index.ts'

const { always, backoff, cron, every, loop, retry, rules, schedules, Supervisor } = core
const supervisor = new Supervisor()
const poll = async (): Promise<void> => {}

it('takes an input for a trigger whenever its type requires one', () => {
  const typed = supervisor.register({
    name: 'a',
    run: ({ input }: core.RunContext<{ id: number }>) => input.id,
  })
  expectTypeOf(typed).toEqualTypeOf<core.Task<{ id: number }>>()
  void typed.trigger({ id: 1 })
  // @ts-expect-error the input is missing
  void typed.trigger()
  // @ts-expect-error the input is missing
  void typed.trigger(undefined)
  // @ts-expect-error the input has another type
  void typed.trigger({ id: '1' })
  // @ts-expect-error trigger() takes one input
  void typed.trigger({ id: 1 }, { id: 2 })
  const owned = supervisor
    .owner('o')
    .register({ name: 'b', run: ({ input }: core.RunContext<string>) => input })
  // @ts-expect-error the input is missing
  void owned.trigger()
})

it('takes an optional input where its type allows none', () => {
  const plain = supervisor.register({ name: 'a', run: poll })
  void plain.trigger()
  void plain.trigger({ anything: 1 })
  const optional = supervisor.register({
    name: 'b',
    run: ({ input }: core.RunContext<{ id: number } | undefined>) => input?.id,
  })
  void optional.trigger()
  void optional.trigger({ id: 1 })
  const nothing = supervisor.register({ name: 'c', run: (_context: core.RunContext<void>) => {} })
  void nothing.trigger()
  const dynamic = supervisor.task('a') as core.Task<never> | core.Task
  expectTypeOf(dynamic.name).toBeString()
})

it('keeps a task with an input among other tasks', () => {
  const typed = supervisor.register({
    name: 'a',
    run: ({ input }: core.RunContext<{ id: number }>) => input.id,
  })
  const tasks: core.TaskView[] = [typed]
  const any: core.Task[] = [typed]
  expectTypeOf([...tasks, ...any]).toBeArray()
})

it('takes durations as they are written', () => {
  for (const period of [500, '250ms', '30s', '0.5h', '1.5s', '1.05s', '0.005s', '90m', '1d'] as const)
    every(period)
  every('30s', { jitter: '3s', phase: '1m' })
  every(core.duration(process.env['PERIOD'] ?? '30s'))
  every(core.duration(`${Number(process.env['SECONDS'])}s`))
})

it('refuses a text that is not a duration', () => {
  const text: string = '30s'
  // @ts-expect-error
  every('30 s')
  // @ts-expect-error
  every(' 30s')
  // @ts-expect-error
  every('30s ')
  // @ts-expect-error
  every('30')
  // @ts-expect-error
  every('s')
  // @ts-expect-error
  every('')
  // @ts-expect-error
  every('1e3s')
  // @ts-expect-error
  every('+5s')
  // @ts-expect-error
  every('.5s')
  // @ts-expect-error
  every('5.s')
  // @ts-expect-error
  every('1,5s')
  // @ts-expect-error
  every('1_000ms')
  // @ts-expect-error
  every('30sec')
  // @ts-expect-error
  every('30S')
  // @ts-expect-error
  every('1h30m')
  // @ts-expect-error
  every('Infinitys')
  // @ts-expect-error
  every(text)
  // @ts-expect-error
  every(`${Number(text)}s`)
  // @ts-expect-error
  every('30s', { jitter: '3 s' })
  // @ts-expect-error
  schedules.delay('30 s')
  // @ts-expect-error
  backoff.fixed('1 s')
  // @ts-expect-error
  rules.slow({ limit: '20 s' })
  // @ts-expect-error
  void supervisor.stop({ deadline: '2 s' })
  // @ts-expect-error
  supervisor.register({ name: 'a', timeout: '20 s', run: poll })
  // @ts-expect-error
  supervisor.register({ name: 'a', run: ({ sleep }) => sleep('1 s') })
})

it('takes no function where an object belongs', () => {
  const makeObserver = (): core.Observer => ({ name: 'a', onEvent() {} })
  supervisor.observe(makeObserver())
  // @ts-expect-error
  supervisor.observe(makeObserver)
  // @ts-expect-error
  supervisor.observe((event: core.SupervisorEvent) => event)
  // @ts-expect-error
  supervisor.observe(Supervisor)
  // @ts-expect-error an observer has a name
  supervisor.observe({})
  // @ts-expect-error
  new Supervisor({ observers: [makeObserver] })
  // @ts-expect-error
  new Supervisor(() => ({ name: 'a' }))
  // @ts-expect-error the arguments are swapped
  supervisor.instrument(poll, { name: 'a' })
  // @ts-expect-error a function in place of options
  supervisor.instrument(poll, poll)
  // @ts-expect-error
  supervisor.spawn('a', poll, poll)
  // @ts-expect-error
  supervisor.register(poll)
  // @ts-expect-error
  supervisor.register({ name: 'a', schedule: loop, run: poll })
  // @ts-expect-error
  supervisor.register({ name: 'a', schedule: '30s', run: poll })
  // @ts-expect-error
  supervisor.register({ name: 'a', restart: always, run: poll })
  // @ts-expect-error
  supervisor.register({ name: 'a', retry, run: poll })
  // @ts-expect-error
  supervisor.register({ name: 'a', retry: { times: 1, backoff: backoff.fixed }, run: poll })
  // @ts-expect-error
  rules.stale(rules.stale)
  // @ts-expect-error
  supervisor.register({ name: 'a', health: [rules.stale], run: poll })
  // @ts-expect-error
  every('30s', poll)
  // @ts-expect-error
  cron('* * * * *', poll)
  // @ts-expect-error
  void supervisor.stop(poll)
  // @ts-expect-error
  core.handleSignals(supervisor, poll)
})

it('takes no handler or source of another kind for each()', () => {
  supervisor.register({
    name: 'a',
    run: async ({ each }) => {
      const counts = await each([Promise.resolve(1)], (item) => item.toFixed())
      expectTypeOf(counts).toEqualTypeOf<{
        readonly succeeded: number
        readonly failed: number
        readonly cancelled: number
      }>()
      // @ts-expect-error not iterable
      await each(5, poll)
      // @ts-expect-error a generator function that is not called
      await each(function* () {}, poll)
      // @ts-expect-error the items are numbers
      await each([1], (item: string) => item)
      // @ts-expect-error
      await each([1], poll, { onError: 'stop' })
      // @ts-expect-error
      await each([1], poll, { concurency: 2 })
    },
  })
})

it('takes a reason or a flag for a task that starts paused', () => {
  supervisor.register({ name: 'a', paused: true, run: poll })
  supervisor.owner('o').register({ name: 'b', paused: 'not the leader', run: poll })
  class Feeds {
    @task({ schedule: loop(), paused: 'not the leader' })
    async connect({ sleep }: core.RunContext) {
      await sleep('1h')
    }
  }
  supervisor.discover(new Feeds())
  // @ts-expect-error
  supervisor.register({ name: 'a', paused: { reason: 'not the leader' }, run: poll })
  // @ts-expect-error spawned work runs at once
  supervisor.spawn('a', poll, { paused: true })
  // @ts-expect-error its host starts the runs: call pause()
  supervisor.external({ name: 'a', paused: true })
})

it('marks only methods that take the context of a run or nothing', () => {
  class Feeds {
    readonly region = 'eu'
    @task({ schedule: every('30s') })
    nothing() {}
    @task()
    async context({ signal }: core.RunContext) {
      await Promise.resolve(signal.aborted)
    }
    @task({ timeout: '10s' })
    input({ input }: core.RunContext<{ readonly id: number }>) {
      return input.id
    }
    @task({ name: (feeds: Feeds) => feeds.region })
    named() {}
    @task((feeds: Feeds) => ({ name: feeds.region }))
    given(this: Feeds) {}
    @task()
    #hidden() {}
    @task()
    static shared() {}

    // @ts-expect-error
    @task()
    text(text: string) {
      return text + this.#hidden()
    }
    // @ts-expect-error
    @task()
    more(_context: core.RunContext, more: number) {
      return more
    }
    // @ts-expect-error not a method
    @task()
    field = () => {}
    // @ts-expect-error
    @task
    uncalled() {}
    // @ts-expect-error
    @task({ timeOut: '10s' })
    misspelt() {}
    // @ts-expect-error
    @task({ run: () => {} })
    twice() {}
    // @ts-expect-error
    @task({ name: (date: Date) => date.toISOString() })
    other() {}
  }
  supervisor.discover(new Feeds())
  supervisor.discover(Feeds)
  supervisor.discover({ feeds: new Feeds() })
  // @ts-expect-error
  supervisor.discover('feeds')
})
