import { describe, expect, it } from 'vitest'
import type { Overlap } from '../src/index.ts'
import { backoff, schedules } from '../src/index.ts'
import { started } from './once-scene.ts'
import { deferred } from './supervised.ts'

const at10 = [
  ['after 10 s', schedules.once({ after: '10s', keep: true })],
  ['at an instant', schedules.once({ at: '2026-01-01T00:00:10Z', keep: true })],
] as const

describe.each(at10)('a single run %s', (_which, schedule) => {
  it('that is paused at its slot runs after resume', async () => {
    const { clock, task, runs, skips } = await started({ schedule })
    task.pause()
    await clock.advance('1h')
    expect(runs()).toEqual([])
    task.resume()
    await clock.advance(1)

    expect(runs()).toEqual([[3_600, 10]])
    expect(skips()).toEqual([])
    expect(task.state).toBe('finished')
    expect(task.health().status).toBe('healthy')
  })

  it('that is on standby at its slot runs soon after enabled() returns true', async () => {
    let isLeader = false
    const { clock, task, runs, skips } = await started({ schedule, enabled: () => isLeader })
    await clock.advance('1m')
    expect(task.state).toBe('standby')
    isLeader = true
    await clock.advance('1s')

    expect(runs()).toEqual([[61, 10]])
    expect(skips()).toEqual([])
    expect(task.health().status).toBe('healthy')
  })

  it('that was paused at its slot stays held while enabled() returns false after resume', async () => {
    let isLeader = true
    const { clock, task, runs } = await started({ schedule, enabled: () => isLeader })
    task.pause()
    await clock.advance('1m')
    isLeader = false
    task.resume()
    await clock.advance('1m')
    expect(runs()).toEqual([])
    isLeader = true
    await clock.advance('1s')

    expect(runs()).toEqual([[121, 10]])
  })

  it.each<[Overlap, number]>([
    ['skip', 15],
    ['queue', 15],
    ['cancel-previous', 10],
    [{ parallel: 1 }, 15],
  ])('whose slot meets a manual run, with overlap %j, still runs', async (overlap, at) => {
    const { clock, task, runs, skips } = await started({
      schedule,
      overlap,
      run: ({ sleep }) => sleep('6s'),
    })
    await clock.advance('9s')
    void task.trigger()
    await clock.advance('1m')

    expect(runs()).toEqual([
      [9, undefined],
      [at, 10],
    ])
    expect(skips()).toEqual([])
    expect(task.state).toBe('finished')
  })

  it('that waits in the queue is not replaced by a later trigger', async () => {
    const { clock, task, runs, skips } = await started({
      schedule,
      overlap: 'queue',
      run: ({ sleep }) => sleep('6s'),
    })
    await clock.advance('9s')
    void task.trigger()
    await clock.advance('2s')
    const later = task.trigger()
    await clock.advance('1m')

    expect(runs()).toEqual([
      [9, undefined],
      [15, undefined],
      [21, 10],
    ])
    expect(await later).toMatchObject({ started: true, outcome: 'succeeded' })
    expect(skips()).toEqual([])
  })

  it('that waits for a cancelled run is not replaced by a later trigger', async () => {
    const { clock, task, runs, skips } = await started({
      schedule,
      overlap: 'cancel-previous',
      run: ({ sleep }) => sleep('6s').then(() => new Promise<void>((end) => void clock.timer(end, 1_000))),
    })
    await clock.advance('9s')
    void task.trigger()
    await clock.advance('1500ms')
    const later = task.trigger()
    await clock.advance('1m')

    expect(runs().map(([, slot]) => slot)).toEqual([undefined, undefined, 10])
    expect(await later).toMatchObject({ started: true, outcome: 'succeeded' })
    expect(skips()).toEqual([])
  })

  it('whose slot is due while it is stuck runs once the abandoned run has ended', async () => {
    const hang = deferred()
    let calls = 0
    const { clock, task, runs, skips } = await started({
      schedule,
      timeout: '1s',
      abortGrace: '1s',
      run: () => {
        calls += 1
        return calls === 1 ? hang.promise : undefined
      },
    })
    await clock.advance('1s')
    void task.trigger()
    await clock.advance('1m')
    expect(task.state).toBe('stuck')
    hang.resolve()
    await clock.advance('1s')

    expect(runs()).toEqual([
      [1, undefined],
      [61, 10],
    ])
    expect(skips()).toEqual([])
    expect(task.state).toBe('finished')
  })

  it('that is queued when its task gets stuck runs once the abandoned run has ended', async () => {
    const hang = deferred()
    let calls = 0
    const { clock, task, runs } = await started({
      schedule,
      overlap: 'queue',
      timeout: '5s',
      abortGrace: '5s',
      run: () => {
        calls += 1
        return calls === 1 ? hang.promise : undefined
      },
    })
    await clock.advance('5s')
    void task.trigger()
    await clock.advance('1m')
    hang.resolve()
    await clock.advance('1s')

    expect(runs()).toEqual([
      [5, undefined],
      [65, 10],
    ])
  })

  it('that is queued when its task is paused runs after resume', async () => {
    const { clock, task, runs } = await started({
      schedule,
      overlap: 'queue',
      run: ({ sleep }) => sleep('6s'),
    })
    await clock.advance('9s')
    void task.trigger()
    await clock.advance('2s')
    task.pause()
    await clock.advance('1m')
    task.resume()
    await clock.advance('1s')

    expect(runs()).toEqual([
      [9, undefined],
      [71, 10],
    ])
  })

  it('that waits for a retry of a manual run runs after it', async () => {
    let calls = 0
    const { clock, task, runs, skips } = await started({
      schedule,
      retry: { times: 1, backoff: backoff.fixed('5s') },
      run: async ({ sleep }) => {
        calls += 1
        await sleep('2s')
        if (calls === 1) throw new Error('no')
      },
    })
    await clock.advance('8s')
    void task.trigger()
    await clock.advance('1m')

    expect(runs().map(([, slot]) => slot)).toEqual([undefined, 10])
    expect(skips()).toEqual([])
  })

  it('runs after a clock that was set back behind its slot has reached it again, once', async () => {
    const { clock, task, runs } = await started({ schedule })
    task.pause()
    await clock.advance('1m')
    clock.jump(-55_000)
    await clock.advance('30s')
    task.resume()
    await clock.advance('1m')

    expect(runs()).toHaveLength(1)
    expect(task.state).toBe('finished')
  })
})
