import { describe, expect, it } from 'vitest'
import { cron, every, manual } from '../src/index.ts'
import { deferred, ignoring, setUp } from './supervised.ts'

// `npm run test:soak` found these bugs.

describe('stop', () => {
  it('leaves no timer behind when a second signal comes after it has ended', async () => {
    const { clock, supervisor } = setUp()
    await supervisor.stop()
    supervisor.hurry(0)
    expect(clock.pending).toBe(0)
  })
})

describe('reschedule', () => {
  it('reports waiting slots of the old schedule as skipped and runs none of them', async () => {
    const { clock, recorder, supervisor } = setUp()
    const schedule = every('50ms', { anchor: 'epoch' })
    const task = supervisor.register({ name: 'a', schedule, overlap: 'queue', timeout: '1s', run: ignoring })
    await supervisor.start()
    await clock.advance(50)

    task.reschedule(manual())
    await clock.advance(10_000)

    expect(recorder.of('run.started')).toHaveLength(1)
    const skipped = recorder.of('run.skipped').map(({ reason, scheduledAt }) => ({ reason, scheduledAt }))
    expect(skipped).toEqual([{ reason: 'replaced', scheduledAt: Date.parse('2026-01-01T00:00:00.050Z') }])
  })

  it('keeps a manual request in the queue', async () => {
    const { clock, supervisor } = setUp()
    const schedule = every('1h', { immediate: true })
    const run = () => clock.settle()
    const task = supervisor.register({ name: 'a', schedule, overlap: 'queue', run })
    await supervisor.start()
    void clock.advance(0)
    const triggered = task.trigger()

    task.reschedule(manual())
    await clock.advance(0)

    expect(await triggered).toMatchObject({ started: true, outcome: 'succeeded' })
  })

  it('inside an event keeps the times of the slots that are being decided', async () => {
    const { clock, recorder, supervisor } = setUp({ startAt: '2026-01-01T00:00:00.500Z' })
    const task = supervisor.register({ name: 'a', schedule: cron('* * * * * *'), run: () => {} })
    supervisor.observe({
      name: 'mover',
      onEvent: ({ type }) => {
        if (type === 'run.missed') task.reschedule(every('1h', { first: 'after-period' }))
      },
    })
    await supervisor.start()
    clock.block(2_600)
    await clock.advance(0)

    const [run] = recorder.of('run.started')
    expect(run?.scheduledAt).toBe(Date.parse('2026-01-01T00:00:03Z'))
  })
})

describe('misfire all with queued runs', () => {
  it('limits the waiting slots including the queued one', async () => {
    const { clock, recorder, supervisor } = setUp()
    const schedule = every('10s', { immediate: true, misfire: { all: 2 }, catchUp: '1h' })
    supervisor.register({ name: 'a', schedule, overlap: 'queue', run: ({ sleep }) => sleep('1h') })
    await supervisor.start()
    await clock.advance(1_000)
    clock.block(40_000)
    await clock.advance(0)
    expect(recorder.of('run.missed')).toMatchObject([{ count: 2 }])
    expect(recorder.of('run.skipped')).toEqual([])

    clock.block(30_000)
    await clock.advance(0)

    expect(recorder.of('run.missed')).toMatchObject([{ count: 2 }, { count: 1 }])
    const from = Date.parse('2026-01-01T00:00:00Z')
    expect(recorder.of('run.skipped')).toMatchObject([
      { reason: 'replaced', count: 1, scheduledAt: from + 30_000 },
      { reason: 'overlap', count: 1, scheduledAt: from + 40_000 },
    ])
  })
})

describe('a name with an abandoned run', () => {
  it('is counted as stuck as soon as it is registered again', async () => {
    const { clock, supervisor } = setUp()
    const options = { name: 'a', timeout: '20ms', abortGrace: 0, run: ignoring } as const
    const first = supervisor.register(options)
    void first.trigger()
    await clock.advance(20)
    await first.unregister()

    const second = supervisor.register(options)

    expect(second.state).toBe('stuck')
    expect(supervisor.report().byState).toMatchObject({ stuck: 1, registered: 0 })
  })
  it('reports when that run settles, even if a second task of the name was registered and unregistered', async () => {
    const { clock, recorder, supervisor } = setUp()
    const { promise, resolve } = deferred()
    const options = { name: 'a', timeout: '20ms', abortGrace: 0, run: () => promise } as const
    const first = supervisor.register(options)
    void first.trigger()
    await clock.advance(20)
    await first.unregister()
    const second = supervisor.register(options)
    await second.unregister()

    resolve()
    await clock.advance(0)

    expect(recorder.of('run.settled-late')).toHaveLength(1)
    expect([first, second].map((task) => task.metrics().settledLate)).toEqual([1, 0])
    expect(first.active()).toEqual([])
    expect((await supervisor.stop()).abandoned).toEqual([])
  })
})
