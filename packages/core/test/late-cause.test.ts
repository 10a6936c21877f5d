import { expect, it } from 'vitest'
import { type Duration, every, rules, schedules } from '../src/index.ts'
import { setUp } from './supervised.ts'

it('a run that is late because another task blocked names that task in the event and in the rule', async () => {
  const { clock, supervisor, recorder } = setUp()
  supervisor.register({
    name: 'report.build',
    schedule: every('59900ms', { anchor: 'start', first: 'after-period', immediate: true }),
    run: () => clock.block(12_000),
  })
  const schedule = every('1m', { anchor: 'epoch', first: 'after-period' })
  supervisor.register({ name: 'mail', schedule, health: [rules.late()], run: () => {} })
  await supervisor.start()

  await clock.advance(75_000)

  const lateOnes = recorder
    .of('run.started')
    .filter(({ task, latenessMs = 0 }) => task === 'mail' && latenessMs > 50)
  expect(lateOnes.map(({ lateCause }) => lateCause)).toEqual([
    { why: 'loop-blocked', task: 'report.build', ms: 11_900 },
  ])
  const [opened] = recorder.of('rule.opened').filter(({ rule }) => rule === 'late')
  expect(opened?.reason).toBe(
    "the newest scheduled run started 11.9 s late, limit 6 s: 'report.build' blocked the event loop for 11.9 s",
  )
})

it('a run that waited for the previous run says so', async () => {
  const { clock, supervisor, recorder } = setUp()
  let lasts: Duration = '4s'
  supervisor.register({
    name: 'mail',
    schedule: every('3s', { anchor: 'epoch' }),
    overlap: 'queue',
    health: [rules.late()],
    run: async ({ sleep }) => sleep(lasts),
  })
  await supervisor.start()

  await clock.advance(8_500)
  lasts = '10ms'
  await clock.advance(20_000)

  const causes = recorder.of('run.started').map(({ latenessMs, lateCause }) => [latenessMs, lateCause?.why])
  expect(causes.slice(0, 4)).toEqual([
    [0, undefined],
    [1_000, 'previous-run'],
    [2_000, 'previous-run'],
    [3_000, 'previous-run'],
  ])
  expect(causes.at(-1)).toEqual([0, undefined])
  expect(recorder.of('rule.opened')[0]?.reason).toBe(
    'the newest scheduled run started 2 s late, limit 1 s: the previous run had not ended yet',
  )
})

it('a manual run does not change which run was late, and why', async () => {
  const { clock, supervisor } = setUp()
  const task = supervisor.register({
    name: 'mail',
    schedule: every('10s', { anchor: 'epoch' }),
    overlap: 'queue',
    health: [rules.late()],
    run: ({ trigger, sleep }) => (trigger === 'manual' ? undefined : sleep('12s')),
  })
  await supervisor.start()
  // The previous run takes from 12 s to 24 s, so the run of the slot at 20 s starts 4 s late.
  await clock.advance('25s')
  const late = 'the newest scheduled run started 4 s late, limit 1 s: the previous run had not ended yet'
  expect(task.health().reasons[0]?.reason).toBe(late)
  task.reschedule(schedules.manual())
  await clock.advance('20s')
  await task.trigger()

  expect(task.health().reasons[0]?.reason).toBe(late)
})

it('a run of a single slot that waited for a manual run says so, although overlap is skip', async () => {
  const { clock, supervisor, recorder } = setUp()
  const schedule = schedules.once({ after: '10s' })
  const task = supervisor.register({ name: 'mail', schedule, run: ({ sleep }) => sleep('6s') })
  await supervisor.start()
  await clock.advance('9s')
  void task.trigger()
  await clock.advance('1m')

  const [, late] = recorder.of('run.started')
  expect(late).toMatchObject({ latenessMs: 5_000, lateCause: { why: 'previous-run' } })
})

it('caught-up runs that waited for each other say so, although overlap is skip', async () => {
  const { clock, supervisor, recorder } = setUp()
  const schedule = every('10s', { anchor: 'epoch', misfire: { all: 3 } })
  supervisor.register({ name: 'mail', schedule, run: ({ sleep }) => sleep('2s') })
  await supervisor.start()
  await clock.advance('5s')
  await clock.suspend('35s')
  await clock.advance('10s')

  const late = recorder.of('run.started').filter(({ latenessMs = 0 }) => latenessMs > 0)
  expect(late.map(({ lateCause }) => lateCause?.why)).toEqual([undefined, 'previous-run', 'previous-run'])
})

it('a run that is slightly late, or late mostly because of code outside of tasks, has no cause', async () => {
  const { clock, supervisor, recorder } = setUp()
  supervisor.register({ name: 'mail', schedule: every('1s', { anchor: 'epoch' }), run: () => {} })
  supervisor.register({
    name: 'quick',
    schedule: every('1m', { anchor: 'epoch', first: 'after-period' }),
    run: () => clock.block(40),
  })
  await supervisor.start()
  supervisor.register({
    name: 'part',
    schedule: every('59600ms', { anchor: 'start', first: 'after-period', immediate: true }),
    run: () => clock.block(200),
  })
  await clock.advance(59_500)

  clock.block(3_000)
  await clock.advance(50_000)

  const causes = recorder.of('run.started').map(({ lateCause }) => lateCause)
  expect(causes.length).toBeGreaterThan(80)
  expect(causes.every((cause) => cause === undefined)).toBe(true)
  expect(recorder.of('run.started').some(({ latenessMs = 0 }) => latenessMs > 500)).toBe(true)
})
