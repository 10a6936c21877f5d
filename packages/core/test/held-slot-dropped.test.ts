import { describe, expect, it } from 'vitest'
import { every, schedules } from '../src/index.ts'
import { started } from './once-scene.ts'

describe('a held slot that can no longer run is reported as skipped, once', () => {
  it('by a stop', async () => {
    const { clock, supervisor, task, skips } = await started({})
    task.pause()
    await clock.advance('1m')
    const stopped = supervisor.stop()
    await clock.advance('1m')
    await stopped

    expect(skips()).toEqual([['stopping', 1]])
  })

  it('by a stop while on standby', async () => {
    const { clock, supervisor, skips } = await started({ enabled: () => false })
    await clock.advance('60500ms')
    const stopped = supervisor.stop()
    await clock.advance('1m')
    await stopped

    expect(skips()).toEqual([['stopping', 1]])
  })

  it('by unregister()', async () => {
    const { clock, task, skips } = await started({})
    task.pause()
    await clock.advance('1m')
    await task.unregister()

    expect(skips()).toEqual([['stopping', 1]])
  })

  it('by reschedule()', async () => {
    const { clock, task, runs, skips } = await started({})
    task.pause()
    await clock.advance('1m')
    task.reschedule(schedules.once({ after: '5s', keep: true }))
    task.resume()
    await clock.advance('1m')

    expect(skips()).toEqual([['replaced', 1]])
    expect(runs()).toEqual([[65, 65]])
  })
})

it('explain() says that a slot is held, and why', async () => {
  const { clock, task, supervisor } = await started({})
  task.pause()
  await clock.advance('1m')

  expect(supervisor.explain('a').text).toContain(
    'Its slot of 2026-01-01T00:00:10.000Z is due and waits until the task may run.',
  )
})

it('a slot of a recurring schedule is still skipped, since another one follows', async () => {
  const { clock, task, skips } = await started({ schedule: every('10s', { immediate: true }) })
  await clock.advance('5s')
  task.pause()
  await clock.advance('30s')

  expect(skips()).toEqual([
    ['paused', 1],
    ['paused', 1],
    ['paused', 1],
  ])
})

it('a single run that was held back for long does not count its slot twice', async () => {
  const { clock, task, recorder } = await started({
    run: async ({ sleep, trigger }) => {
      await sleep('6s')
      if (trigger === 'schedule') throw new Error('no')
    },
  })
  await clock.advance('9s')
  for (let count = 0; count < 5; count += 1) {
    void task.trigger()
    await clock.advance('6s')
  }
  await clock.advance('1m')

  expect(recorder.of('run.started').filter(({ scheduledAt }) => scheduledAt !== undefined)).toHaveLength(1)
})
