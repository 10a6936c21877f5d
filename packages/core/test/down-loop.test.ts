import { describe, expect, it } from 'vitest'
import { type Duration, loop, rules } from '../src/index.ts'
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

  it.each<[Duration, string]>([
    ['10s', '5.8 min'],
    ['35s', '5.4 min'],
  ])(
    'is not up without a call of ready(), if it should call it and a rule restarts it after %s of silence',
    async (limit, downTime) => {
      const { clock, supervisor } = setUp()
      let isSilent = false
      const task = supervisor.register({
        name: 'gateway',
        schedule: loop({ ready: true }),
        health: { add: [rules.hung({ limit, restarts: true })] },
        run: async (context) => {
          if (!isSilent) context.ready()
          while (!isSilent) {
            context.beat()
            await context.sleep('1s')
          }
          await untilAborted(context)
        },
      })
      await supervisor.start()
      await clock.advance('1m')
      expect(task.health().status).toBe('healthy')

      isSilent = true
      await clock.advance('1m')
      const seen = new Set<string>()
      for (let turn = 0; turn < 60; turn += 1) {
        await clock.advance('5s')
        seen.add(task.health().status)
      }
      expect(seen).not.toContain('healthy')
      expect(task.health()).toMatchObject({ status: 'unhealthy' })
      expect(
        task
          .health()
          .reasons.map(({ reason }) => reason)
          .join(),
      ).toContain(`the loop has been down for ${downTime}`)

      isSilent = false
      await clock.advance('30m')
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
