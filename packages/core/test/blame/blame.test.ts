import { describe, expect, it } from 'vitest'
import { every } from '../../src/index.ts'
import { setUp } from '../supervised.ts'

// `npm run test:blame` blocks for real; here the clock says that the loop was held.

const period = 1_000

/** Runs of 200 ms each second, `offset` ms after it; the loop is held where `holds` says so. */
function scene(tasks: Readonly<Record<string, { offset: number; holds?: () => number }>>) {
  const { clock, supervisor, recorder } = setUp()
  for (const [name, { offset, holds }] of Object.entries(tasks)) {
    const run = async ({ sleep }: { sleep: (ms: number) => Promise<void> }): Promise<void> => {
      await sleep(100)
      const ms = holds?.() ?? 0
      if (ms > 0) clock.stall(ms)
      await sleep(100)
    }
    supervisor.register({ name, schedule: every(period, { anchor: 'epoch', phase: offset }), run })
  }
  const suspects = () => recorder.of('loop.blocked').map(({ suspect }) => suspect?.task)
  return { clock, supervisor, recorder, suspects }
}

describe('who holds the event loop', () => {
  it('is named after some stalls, by the lag that goes with it', async () => {
    const { clock, supervisor, recorder, suspects } = scene({
      innocent: { offset: 500 },
      culprit: { offset: 0, holds: () => 120 },
    })
    await supervisor.start()
    await clock.advance(10 * period)

    expect(suspects().slice(0, 4)).toEqual([undefined, undefined, undefined, undefined])
    expect(suspects().at(-1)).toBe('culprit')
    expect(suspects()).not.toContain('innocent')
    expect(recorder.of('loop.blocked').at(-1)?.suspect).toMatchObject({ by: 'lag' })
    expect(supervisor.task('culprit')?.metrics().blockedMs).toBeGreaterThan(0)
    expect(supervisor.task('innocent')?.metrics().blockedMs).toBe(0)
  })

  it('is not named where another task is always active together with it', async () => {
    const { clock, supervisor, suspects } = scene({
      twin: { offset: 50 },
      culprit: { offset: 0, holds: () => 120 },
    })
    await supervisor.start()
    await clock.advance(30 * period)

    expect(suspects()).toHaveLength(30)
    expect(new Set(suspects())).toEqual(new Set([undefined]))
  })

  it('is not named for a stall at which it was idle', async () => {
    const { clock, supervisor, suspects } = scene({ culprit: { offset: 0, holds: () => 120 } })
    await supervisor.start()
    await clock.advance(10 * period)
    expect(suspects().at(-1)).toBe('culprit')
    await clock.advance(500)

    clock.stall(120)
    await clock.settle()

    expect(suspects().at(-1)).toBeUndefined()
  })

  it('is nobody when code that is no task holds it', async () => {
    const { clock, supervisor, suspects } = scene({
      a: { offset: 0 },
      b: { offset: 300 },
      c: { offset: 600 },
    })
    await supervisor.start()
    for (let stall = 0; stall < 60; stall += 1) {
      await clock.advance(370)
      clock.stall(120)
    }
    await clock.settle()
    expect(suspects()).toHaveLength(60)
    expect(new Set(suspects())).toEqual(new Set([undefined]))
  })

  it('is somebody else than it was, some time after that one has mended his ways', async () => {
    let isMended = false
    const { clock, supervisor, suspects } = scene({
      first: { offset: 0, holds: () => (isMended ? 0 : 120) },
      second: { offset: 500, holds: () => (isMended ? 120 : 0) },
    })
    await supervisor.start()
    await clock.advance(300 * period)
    expect(suspects().at(-1)).toBe('first')
    isMended = true
    await clock.advance(200 * period)

    expect(suspects().at(-1)).toBe('second')
  })

  it('is known for sure where it never awaits', async () => {
    const { clock, supervisor, recorder } = setUp()
    const task = supervisor.register({ name: 'a', run: () => clock.stall(60) })
    await task.trigger()
    await clock.settle()
    expect(task.metrics().syncMaxMs).toBe(60)
    expect(recorder.of('loop.blocked')).toHaveLength(0) // nobody watches before the start
    await supervisor.start()
    await task.trigger()
    await clock.settle()
    expect(recorder.of('loop.blocked').at(-1)?.suspect).toMatchObject({ task: 'a', by: 'sync' })
  })
})
