import { describe, expect, it } from 'vitest'
import { backoff, every } from '../../src/index.ts'
import { setUp } from '../supervised.ts'

const period = 1_000

function scene(tasks: Readonly<Record<string, { offset: number; blocks?: () => number }>>) {
  const { clock, supervisor, recorder } = setUp()
  for (const [name, { offset, blocks }] of Object.entries(tasks)) {
    const run = async ({ sleep }: { sleep: (ms: number) => Promise<void> }): Promise<void> => {
      await sleep(100)
      const ms = blocks?.() ?? 0
      if (ms > 0) clock.block(ms)
      await sleep(100)
    }
    supervisor.register({ name, schedule: every(period, { anchor: 'epoch', phase: offset }), run })
  }
  const suspects = () => recorder.of('loop.blocked').map(({ suspect }) => suspect?.task)
  return { clock, supervisor, recorder, suspects }
}

describe('the task that blocks the event loop', () => {
  it('is suspected after some blocks, by the lag that comes with it', async () => {
    const { clock, supervisor, recorder, suspects } = scene({
      other: { offset: 500 },
      blocker: { offset: 0, blocks: () => 120 },
    })
    await supervisor.start()
    await clock.advance(10 * period)

    expect(suspects().slice(0, 4)).toEqual([undefined, undefined, undefined, undefined])
    expect(suspects().at(-1)).toBe('blocker')
    expect(suspects()).not.toContain('other')
    expect(recorder.of('loop.blocked').at(-1)?.suspect).toMatchObject({ by: 'correlated' })
    expect(supervisor.task('blocker')?.metrics().blockedMs).toBeGreaterThan(0)
    expect(supervisor.task('other')?.metrics().blockedMs).toBe(0)
  })

  it('is not suspected if another task is always active at the same time', async () => {
    const { clock, supervisor, suspects } = scene({
      twin: { offset: 50 },
      blocker: { offset: 0, blocks: () => 120 },
    })
    await supervisor.start()
    await clock.advance(30 * period)

    expect(suspects()).toHaveLength(30)
    expect(new Set(suspects())).toEqual(new Set([undefined]))
  })

  it('is not suspected for a block during which it was idle', async () => {
    const { clock, supervisor, suspects } = scene({ blocker: { offset: 0, blocks: () => 120 } })
    await supervisor.start()
    await clock.advance(10 * period)
    expect(suspects().at(-1)).toBe('blocker')
    await clock.advance(500)

    clock.block(120)
    await clock.settle()

    expect(suspects().at(-1)).toBeUndefined()
  })

  it('is not suspected if code outside of all tasks blocks', async () => {
    const { clock, supervisor, suspects } = scene({
      a: { offset: 0 },
      b: { offset: 300 },
      c: { offset: 600 },
    })
    await supervisor.start()
    for (let block = 0; block < 60; block += 1) {
      await clock.advance(370)
      clock.block(120)
    }
    await clock.settle()
    expect(suspects()).toHaveLength(60)
    expect(new Set(suspects())).toEqual(new Set([undefined]))
  })

  it('is replaced as suspect once it has stopped blocking and another one blocks', async () => {
    let isFixed = false
    const { clock, supervisor, suspects } = scene({
      first: { offset: 0, blocks: () => (isFixed ? 0 : 120) },
      second: { offset: 500, blocks: () => (isFixed ? 120 : 0) },
    })
    await supervisor.start()
    await clock.advance(300 * period)
    expect(suspects().at(-1)).toBe('first')
    isFixed = true
    await clock.advance(200 * period)

    expect(suspects().at(-1)).toBe('second')
  })

  it('is known for certain if it never awaits', async () => {
    const { clock, supervisor, recorder } = setUp()
    const task = supervisor.register({ name: 'a', run: () => clock.block(60) })
    await task.trigger()
    await clock.settle()
    expect(task.metrics().syncMaxMs).toBe(60)
    expect(recorder.of('loop.blocked')).toHaveLength(0)
    await supervisor.start()
    await task.trigger()
    await clock.settle()
    expect(recorder.of('loop.blocked').at(-1)?.suspect).toMatchObject({ task: 'a', by: 'measured' })
  })
})

describe('the tasks that block the event loop before their first await', () => {
  async function blockers(ms: Readonly<Record<string, number>>) {
    const { clock, supervisor, recorder } = setUp()
    for (const name of Object.keys(ms)) {
      supervisor.register({ name, run: () => clock.block(ms[name] ?? 0) })
    }
    await supervisor.start()
    const trigger = (name: string): void => void supervisor.task(name)?.trigger()
    const blockedMs = (name: string) => supervisor.task(name)?.metrics().blockedMs
    const blocks = () =>
      recorder.of('loop.blocked').map(({ ms, measured, suspect }) => ({ ms, measured, suspect }))
    return { clock, supervisor, trigger, blockedMs, blocks }
  }

  it('are both named after a common block, each with its own time', async () => {
    const { clock, trigger, blockedMs, blocks } = await blockers({ a: 150, b: 170 })
    trigger('a')
    trigger('b')
    await clock.settle()

    expect(blocks()).toEqual([
      {
        ms: 320,
        measured: [
          { task: 'b', ms: 170 },
          { task: 'a', ms: 150 },
        ],
        suspect: { task: 'b', score: 170 / 320, by: 'measured' },
      },
    ])
    expect([blockedMs('a'), blockedMs('b')]).toEqual([150, 170])
  })

  it('are named for separate blocks, even if the second one is shorter', async () => {
    const { clock, supervisor, recorder } = setUp()
    for (const [name, blockMs] of [['long', 170] as const, ['short', 160] as const]) {
      supervisor.register({
        name,
        schedule: every(period, { anchor: 'epoch' }),
        run: () => clock.block(blockMs),
      })
    }
    await supervisor.start()
    await clock.advance(9.5 * period)

    expect(recorder.of('loop.blocked').map(({ measured }) => measured)).toEqual(
      Array.from({ length: 10 }, () => [[{ task: 'long', ms: 170 }], [{ task: 'short', ms: 160 }]]).flat(),
    )
    expect(supervisor.task('long')?.metrics().blockedMs).toBe(1_700)
    expect(supervisor.task('short')?.metrics().blockedMs).toBe(1_600)
  })

  it('are not judged by the time that others blocked', async () => {
    const { clock, supervisor, trigger } = await blockers({ a: 150, b: 150 })
    trigger('a')
    trigger('b')
    await clock.settle()

    expect(supervisor.task('a')?.health().status).not.toBe('degraded')
    expect(supervisor.task('b')?.health().status).not.toBe('degraded')
  })

  it('are named even if none of them caused most of the block', async () => {
    const { clock, trigger, blockedMs, blocks } = await blockers({ a: 60, b: 70, c: 65 })
    for (const name of ['a', 'b', 'c', 'a']) trigger(name)
    await clock.settle()

    expect(blocks()).toEqual([
      {
        ms: 255,
        measured: [
          { task: 'a', ms: 120 },
          { task: 'b', ms: 70 },
          { task: 'c', ms: 65 },
        ],
        suspect: { task: 'a', score: 120 / 255, by: 'measured' },
      },
    ])
    expect([blockedMs('a'), blockedMs('b'), blockedMs('c')]).toEqual([120, 70, 65])
  })

  it('are not named if most of the block had another cause', async () => {
    const { clock, trigger, blockedMs, blocks } = await blockers({ a: 60 })
    trigger('a')
    clock.block(61)
    await clock.settle()

    expect(blocks()).toEqual([{ ms: 121, measured: [], suspect: undefined }])
    expect(blockedMs('a')).toBe(0)
  })

  it('are charged only with the time since the event loop was last free', async () => {
    const ms = { before: 45, within: 100 }
    const { clock, trigger, blockedMs } = await blockers(ms)
    trigger('before')
    await clock.settle()
    trigger('within')
    await clock.settle()
    expect([blockedMs('before'), blockedMs('within')]).toEqual([0, 100])

    ms.within = 45
    trigger('within')
    await clock.settle()
    ms.within = 100
    trigger('within')
    await clock.settle()
    expect(blockedMs('within')).toBe(200)
  })

  it('are charged with the sum of their consecutive runs and judged by the longest', async () => {
    const { clock, supervisor, trigger, blockedMs, blocks } = await blockers({ a: 60 })
    for (let run = 0; run < 500; run += 1) trigger('a')
    await clock.settle()

    expect(blocks()).toMatchObject([{ ms: 30_000, measured: [{ task: 'a', ms: 30_000 }] }])
    expect(blockedMs('a')).toBe(30_000)
    expect(supervisor.task('a')?.health().status).not.toBe('degraded')
  })

  it('are measured separately for several runs that start in one step', async () => {
    const { clock, supervisor } = setUp({ observers: [] })
    const schedule = every(period, { immediate: true, misfire: { all: 4 }, catchUp: '10s' })
    const task = supervisor.register({
      name: 'a',
      schedule,
      overlap: { parallel: 4 },
      run: () => clock.block(100),
    })
    await supervisor.start()
    await clock.advance(0)
    clock.block(4 * period)
    await clock.advance(1)

    expect(task.metrics()).toMatchObject({ started: 5, syncMaxMs: 100, syncTotalMs: 500 })
  })

  it('of each attempt of a run count for the total, and the longest attempt is the maximum', async () => {
    const { clock, supervisor, recorder } = setUp()
    const blocks = [20, 50, 30]
    const task = supervisor.register({
      name: 'a',
      retry: { times: 2, backoff: backoff.fixed(10, { jitter: 0 }) },
      run: () => {
        clock.block(blocks.shift() ?? 0)
        if (blocks.length > 0) throw new Error('no')
      },
    })
    await supervisor.start()
    void task.trigger()
    await clock.advance(1_000)

    expect(task.metrics()).toMatchObject({ started: 1, retries: 2, syncMaxMs: 50, syncTotalMs: 100 })
    expect(recorder.of('run.ended')).toMatchObject([{ outcome: 'succeeded', syncMs: 50 }])
  })

  it('include instrumented functions, without the time of instrumented functions they call', async () => {
    const { clock, supervisor, blockedMs, blocks } = await blockers({})
    const inner = supervisor.instrument({ name: 'inner' }, () => clock.block(100))
    const outer = supervisor.instrument({ name: 'outer' }, () => {
      clock.block(60)
      inner()
      clock.block(70)
    })
    outer()
    await clock.settle()

    const measured = [
      { task: 'outer', ms: 130 },
      { task: 'inner', ms: 100 },
    ]
    expect(blocks()).toEqual([
      { ms: 230, measured, suspect: { task: 'outer', score: 130 / 230, by: 'measured' } },
    ])
    expect([blockedMs('outer'), blockedMs('inner')]).toEqual([130, 100])
  })

  it('are named up to twenty at a time, and all are charged', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `task-${index}`)
    const { clock, trigger, blockedMs, blocks } = await blockers(
      Object.fromEntries(names.map((name, index) => [name, 60 + index])),
    )
    for (const name of names) trigger(name)
    await clock.settle()

    expect(blocks()[0]?.measured).toHaveLength(20)
    expect(blocks()[0]?.measured[0]).toEqual({ task: 'task-24', ms: 84 })
    expect(blockedMs('task-0')).toBe(60)
  })
})
