import { describe, expect, it } from 'vitest'
import { KernelScene } from '../../test/kernel-scene.ts'

describe('a start', () => {
  it('after the stop does not undo the stop', () => {
    const scene = new KernelScene()
    scene.add('a', { planning: 'loop' })
    scene.stop()

    expect(scene.send({ type: 'start' })).toEqual([])
    expect(scene.state.phase).toBe('draining')
  })
})

describe('a health judgement', () => {
  const judged = {
    type: 'judged',
    task: 'a',
    rules: [],
    since: 1_000,
    hasSucceeded: true,
    isFailing: false,
    runEnded: true,
    progress: false,
  } as const

  it('is reported for a registered task, but not for one that is being unregistered', () => {
    const scene = new KernelScene()
    scene.add('a', { planning: 'manual' })
    scene.send({ type: 'start' })
    scene.trigger('a')
    expect(scene.send(judged)).toEqual(['health a'])

    const leaving = new KernelScene()
    leaving.add('a', { planning: 'manual' })
    leaving.send({ type: 'start' })
    leaving.trigger('a')
    leaving.send({ type: 'unregister', task: 'a' })
    expect(leaving.send(judged)).toEqual([])
  })
  it('is not stored before there is a finding', () => {
    const scene = new KernelScene()
    const task = scene.add('a', { planning: 'manual' })
    scene.send({ type: 'start' })
    const early = { ...judged, hasSucceeded: false, runEnded: false }

    scene.at(1).send(early)
    scene.at(2).send(early)
    expect(task.health).toBeUndefined()

    const rule = { rule: 'r', life: { forMs: 9_000, runs: 1, keepForMs: 0, okRuns: 1 }, restarts: false }
    const judgement = { kind: 'bad', status: 'degraded', value: 2, limit: 1, reason: 'bad' } as const
    scene.at(3).send({ ...early, rules: [{ ...rule, judgement }] })
    expect(task.health).toMatchObject({
      status: 'unknown',
      since: 1_000,
      episodes: [{ rule: 'r', phase: 'pending' }],
    })
  })

  it('is stored from the first run on', () => {
    const scene = new KernelScene()
    const task = scene.add('a', { planning: 'manual' })
    scene.send({ type: 'start' })

    scene.at(4).send(judged)

    expect(task.health).toMatchObject({ status: 'healthy', since: 4_000, known: true })
  })
})
