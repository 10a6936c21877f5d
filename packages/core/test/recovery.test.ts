import { describe, expect, it } from 'vitest'
import { loop, rules, Supervisor } from '../src/index.ts'
import { recordEvents, VirtualClock } from '../src/testing/index.ts'

describe('a rule that asks for a restart', () => {
  it('restarts a loop that sent a beat and was then silent for longer than its limit', async () => {
    const clock = new VirtualClock()
    const recorder = recordEvents()
    const supervisor = new Supervisor({ clock, observers: [recorder] })
    const task = supervisor.register({
      name: 'gateway',
      schedule: loop(),
      health: [rules.hung({ limit: '30s', restarts: true })],
      run: async ({ beat, sleep, signal }) => {
        beat()
        await sleep('1d')
        signal.throwIfAborted()
      },
    })
    await supervisor.start()

    await clock.advance(29_000)
    expect(recorder.of('rule.opened')).toEqual([])
    await clock.advance(3_000)

    expect(recorder.of('rule.opened')).toMatchObject([{ rule: 'hung', status: 'unhealthy' }])
    expect(recorder.of('run.ended')).toMatchObject([
      { outcome: 'cancelled', abortedFor: 'restart', rule: 'hung' },
    ])
    expect(task.history()).toMatchObject([{ outcome: 'cancelled', abortedFor: 'restart', rule: 'hung' }])
    expect(recorder.of('restart.scheduled')).toMatchObject([{ cause: 'unhealthy' }])
    await clock.advance(1_000)
    expect(recorder.of('run.started')).toHaveLength(2)
    await clock.advance(60_000)
    const [tick] = recorder.of('monitor.ticked').filter((event) => event.recoveries.length > 0)
    expect(tick?.recoveries).toEqual([{ task: 'gateway', rule: 'hung', refused: undefined }])
  })

  it('never restarts a run that makes progress', async () => {
    const clock = new VirtualClock()
    const recorder = recordEvents()
    const supervisor = new Supervisor({ clock, observers: [recorder] })
    const always = { ...rules.hung({ name: 'eager', limit: '1s', restarts: true }), judgesSilence: false }
    supervisor.register({
      name: 'gateway',
      schedule: loop(),
      health: [always],
      run: async ({ beat, sleep, aborted }) => {
        while (!aborted) {
          beat()
          await sleep('5s')
        }
      },
    })
    await supervisor.start()

    await clock.advance(20_000)

    expect(recorder.of('restart.refused')[0]).toMatchObject({ cause: 'unhealthy', reason: 'progress' })
    expect(recorder.of('run.ended')).toEqual([])
  })

  it.each([
    ['an hour, the limit of its rule `hung`', '59m', [rules.hung({ limit: '1h' })], 'progress'],
    ['three periods or ten minutes by default', '9m', [], 'progress'],
    ['no longer', '11m', [], undefined],
  ] as const)('counts a beat as progress for %s', async (_, limit, others, reason) => {
    const clock = new VirtualClock()
    const recorder = recordEvents()
    const supervisor = new Supervisor({ clock, observers: [recorder] })
    const eager = { ...rules.hung({ name: 'eager', limit, restarts: true }), judgesSilence: false }
    supervisor.register({
      name: 'gateway',
      schedule: loop(),
      health: [eager, ...others],
      run: async ({ beat, sleep }) => {
        beat()
        await sleep('1d')
      },
    })
    await supervisor.start()

    await clock.advance(60 * 60_000 - 1)

    expect(recorder.of('restart.refused')[0]?.reason).toBe(reason)
    expect(recorder.of('run.ended').length > 0).toBe(reason === undefined)
  })
})
