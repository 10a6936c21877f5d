import { describe, expect, it } from 'vitest'
import type { Priority, TaskOptions } from '../src/index.ts'
import { reportLine } from '../src/index.ts'
import { consoleLines, deferred, ignoring, setUp, untilAborted } from './supervised.ts'

type Scene = ReturnType<typeof setUp>

async function run({ clock, supervisor }: Scene, options: TaskOptions): Promise<void> {
  void supervisor.register(options).trigger()
  await clock.advance(0)
}

function endsLate({ clock }: Scene, ms: number): TaskOptions['run'] {
  return async ({ sleep }) => {
    await sleep('300d')
    await new Promise<void>((resolve) => void clock.timer(resolve, ms))
  }
}

describe('a run that the stop abandoned and that ended before the stop did', () => {
  it.each<[Priority, Priority, number]>([
    ['low', 'high', 12_000],
    ['normal', 'critical', 11_500],
  ])('is in the report, and the exit code is 1: %s before %s, %i ms', async (own, later, ms) => {
    const scene = setUp()
    const { clock, supervisor, recorder } = scene
    await run(scene, { name: 'late', priority: own, run: endsLate(scene, ms) })
    await run(scene, { name: 'slow', priority: later, run: endsLate(scene, 5_000) })

    const stopping = supervisor.stop({ classGrace: '10s' })
    await clock.advance('25s')
    const report = await stopping

    expect(recorder.of('run.settled-late')).toHaveLength(1)
    expect(report.abandoned).toMatchObject([{ task: 'late', ageMs: ms, endedLate: true }])
    expect(report.exitCode).toBe(1)
    expect(reportLine(report)).toMatch(
      /1 run did not end in time: late \(run .+, 1.+ s old, ended late\); exit code 1$/,
    )
    expect(supervisor.report().shutdown).toBe(report)
  })

  it('is named by its class, even if that ends after it', async () => {
    const scene = setUp()
    const { clock, supervisor, recorder } = scene
    await run(scene, { name: 'late', run: endsLate(scene, 4_500) })
    await run(scene, {
      name: 'extends',
      run: async ({ sleep, extend }) => {
        await sleep('300d')
        extend('5s')
        await new Promise<void>((resolve) => void clock.timer(resolve, 7_000))
      },
    })

    const stopping = supervisor.stop({ classGrace: '4s' })
    await clock.advance('25s')

    const ended = { priority: 'normal', tookMs: 7_000, tasks: ['late', 'extends'], abandoned: ['late'] }
    expect((await stopping).classes).toEqual([ended])
    expect(recorder.of('shutdown.class-ended')).toMatchObject([ended])
  })

  it('is in the report even if it was abandoned for its timeout', async () => {
    const scene = setUp()
    const { clock, supervisor } = scene
    await run(scene, { name: 'late', timeout: '2s', abortGrace: '1s', run: endsLate(scene, 1_500) })

    const stopping = supervisor.stop({ drainDelay: '6s' })
    await clock.advance('25s')

    expect(await stopping).toMatchObject({ abandoned: [{ task: 'late', ageMs: 3_500 }], exitCode: 1 })
  })
})

describe('a run that was abandoned before the stop', () => {
  it.each([
    ['is not in the report if it ends before the stop does', 9_000, [], 0],
    ['is in the report if it still runs then', 90_000, [{ task: 'late', endedLate: false }], 1],
  ] as const)('%s', async (_, ms, abandoned, exitCode) => {
    const scene = setUp()
    const { clock, supervisor } = scene
    await run(scene, { name: 'late', timeout: '1s', abortGrace: '1s', run: endsLate(scene, ms) })
    await run(scene, { name: 'slow', priority: 'critical', run: endsLate(scene, 8_000) })
    await clock.advance('3s')

    const stopping = supervisor.stop()
    await clock.advance('25s')

    expect(await stopping).toMatchObject({ abandoned, exitCode })
  })
})

describe('a `before` that does not end', () => {
  it('is named when the stop goes on without it', async () => {
    const lines = consoleLines()
    const { clock, supervisor } = setUp()

    const stopping = supervisor.stop({ before: ignoring, drainDelay: '4s', deadline: '20s' })
    await clock.advance('11999ms')
    expect(lines).toEqual([])
    await clock.advance('8s')
    await stopping

    expect(lines).toEqual([
      '[runwell] `before` has not ended after 8 s (its limit: half of the time that was left): the stop goes on without it. ' +
        'If it closes a server, connections are still open, such as event streams or keep-alive connections',
    ])
  })

  it('is named when a second signal ends the wait', async () => {
    const lines = consoleLines()
    const { clock, supervisor } = setUp()

    const stopping = supervisor.stop({ before: ignoring })
    await clock.advance('3s')
    supervisor.hurry('700ms')
    await clock.advance(0)

    expect((await stopping).tookMs).toBe(3_000)
    expect(lines).toEqual([
      expect.stringContaining('`before` has not ended after 3 s: the stop goes on without it.'),
    ])
  })

  it('is not named if it ends in time, or throws', async () => {
    const lines = consoleLines()
    const gate = deferred()
    const { clock, supervisor } = setUp()

    const stopping = supervisor.stop({ before: () => gate.promise })
    await clock.advance('12s')
    gate.reject(new Error('port'))
    await stopping

    expect(lines).toEqual(['[runwell] The `before` of stop() failed: Error: port'])
  })
})

describe('hurry', () => {
  it.each([
    ['1s', 0],
    ['1s', 250],
    ['300ms', 1_000],
  ] as const)('by %s, %i ms after the call, ends a stop with a deadline of 2 s', async (within, afterMs) => {
    const hangs = { name: 'hangs', flush: ignoring }
    for (const options of [{}, { before: ignoring }, { drainDelay: '900ms' }, { drain: true }] as const) {
      consoleLines()
      const scene = setUp({ observers: [hangs] })
      const { clock, supervisor } = scene
      for (const priority of ['low', 'critical'] as const)
        await run(scene, { name: priority, priority, run: ignoring })
      await run(scene, { name: 'polite', run: untilAborted })
      let isOver = false

      const stopping = supervisor.stop({ ...options, deadline: '2s' })
      void stopping.then(() => {
        isOver = true
      })
      await clock.advance(afterMs)
      supervisor.hurry(within)
      await clock.advance(within)

      expect(isOver, JSON.stringify(options)).toBe(true)
      expect((await stopping).abandoned.map(({ task }) => task)).toEqual(['low', 'critical'])
    }
  })
})
