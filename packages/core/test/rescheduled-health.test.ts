import { describe, expect, it } from 'vitest'
import type { TaskOptions } from '../src/index.ts'
import { every, manual, rules } from '../src/index.ts'
import { ignoring, setUp } from './supervised.ts'

async function started(options: Partial<TaskOptions>) {
  const scene = setUp()
  const task = scene.supervisor.register({ name: 'a', run: failing, ...options })
  await scene.supervisor.start()
  return { ...scene, task }
}

function failing(): never {
  throw new Error('no')
}

describe('the health of a rescheduled task', () => {
  it('is judged by the default rules of the new schedule and the added rules', async () => {
    const { clock, task, recorder, supervisor } = await started({
      schedule: manual(),
      health: { add: [rules.slow({ limit: '5s' })] },
      run: ignoring,
    })
    const ruleNames = () => supervisor.explain('a').rules.map(({ rule }) => rule)
    expect(ruleNames()).toEqual([
      'consecutive-failures',
      'error-rate',
      'hung',
      'stuck',
      'blocks-loop',
      'slow',
    ])

    task.reschedule(every('1m', { immediate: true }))
    await clock.advance(240_000)

    expect(ruleNames()).toEqual([
      'error-rate',
      'consecutive-failures',
      'stale',
      'hung',
      'stuck',
      'blocks-loop',
      'slow',
    ])
    expect(recorder.of('rule.opened')).toMatchObject([
      { rule: 'slow', status: 'degraded', limit: 5_000 },
      { rule: 'stale', status: 'degraded' },
    ])
  })

  it('loses the findings of rules that apply only to the old schedule', async () => {
    const { clock, task, recorder } = await started({
      schedule: every('1m', { immediate: true }),
    })
    await clock.advance(300_000)
    expect(task.health().reasons.map(({ rule }) => rule)).toEqual([
      'stale',
      'consecutive-failures',
      'error-rate',
    ])
    recorder.clear()

    task.reschedule(every('1d', { anchor: 'start', first: 'after-period' }))

    expect(recorder.of('rule.closed')).toMatchObject([{ rule: 'error-rate' }, { rule: 'stale' }])
    expect(task.health().reasons.map(({ rule }) => rule)).toEqual(['consecutive-failures'])
  })

  it('keeps the findings of a list of rules, which applies to every schedule', async () => {
    const { clock, task, recorder } = await started({
      schedule: every('1m', { immediate: true }),
      health: [rules.errorRate({ minRuns: 2 })],
    })
    await clock.advance(120_000)

    task.reschedule(every('1d', { anchor: 'start', first: 'after-period' }))

    expect(recorder.of('rule.closed')).toEqual([])
    expect(task.health()).toMatchObject({
      status: 'unhealthy',
      reasons: [{ rule: 'error-rate' }],
    })
  })
})
