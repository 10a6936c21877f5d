import { describe, expect, it } from 'vitest'
import { loop } from '../src/index.ts'
import { setUp, untilAborted } from './supervised.ts'

describe('a loop that is down', () => {
  it.each([0, 3_000])(
    'is reported once, although it is retried again and again and lives %d ms each time',
    async (livesMs) => {
      const { clock, supervisor, recorder } = setUp()
      let isUp = false
      const task = supervisor.register({
        name: 'gateway',
        schedule: loop(),
        run: async (context) => {
          if (isUp) return untilAborted(context)
          await context.sleep(livesMs)
          throw new Error('closed')
        },
      })
      await supervisor.start()
      await clock.advance(3 * 3_600_000)

      expect(recorder.of('run.started').length).toBeGreaterThan(20)
      expect(
        recorder
          .of('rule.opened')
          .map(({ rule }) => rule)
          .sort(),
      ).toEqual(['not-running', 'restarts'])
      expect(recorder.of('rule.closed')).toEqual([])
      expect(task.health().status).toBe('unhealthy')

      isUp = true
      await clock.advance(3_600_000)
      expect(
        recorder
          .of('rule.closed')
          .map(({ rule }) => rule)
          .sort(),
      ).toEqual(['not-running', 'restarts'])
      expect(recorder.of('rule.opened')).toHaveLength(2)
      expect(task.health().status).toBe('healthy')
    },
  )

  it('is up again as soon as its run is ready', async () => {
    const { clock, supervisor, recorder } = setUp()
    let isUp = false
    supervisor.register({
      name: 'gateway',
      schedule: loop(),
      run: async (context) => {
        if (!isUp) throw new Error('closed')
        context.ready()
        await untilAborted(context)
      },
    })
    await supervisor.start()
    await clock.advanceUntil(() => recorder.of('rule.opened').some(({ rule }) => rule === 'not-running'))
    isUp = true
    await clock.advanceUntil(() => recorder.of('run.ready').length > 0)
    const [ready] = recorder.of('run.ready')
    await clock.advance(1_000)

    const [closed] = recorder.of('rule.closed').filter(({ rule }) => rule === 'not-running')
    expect(closed?.at).toBe(ready?.at)
  })

  it('after a long time up counts as down from that moment on', async () => {
    const { clock, supervisor, recorder } = setUp()
    let isUp = true
    const task = supervisor.register({
      name: 'gateway',
      schedule: loop(),
      run: async ({ sleep, signal }) => {
        if (!isUp) throw new Error('closed')
        await sleep('1h')
        signal.throwIfAborted()
        isUp = false
        throw new Error('lost')
      },
    })
    await supervisor.start()
    await clock.advance(3_600_000 + 9_000)
    expect(recorder.of('rule.opened')).toEqual([])
    await clock.advance(3_000)

    expect(recorder.of('rule.opened')).toMatchObject([{ rule: 'not-running', status: 'degraded' }])
    expect(task.health().status).toBe('degraded')
  })
})
