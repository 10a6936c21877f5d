import { describe, expect, it } from 'vitest'
import { KernelScene } from '../../test/kernel-scene.ts'

describe('a start', () => {
  it('that comes after the stop does not take it back', () => {
    const scene = new KernelScene()
    scene.add('a', { kind: 'loop' })
    scene.stop()

    expect(scene.send({ type: 'start' })).toEqual([])
    expect(scene.state.phase).toBe('draining')
  })
})

describe('a verdict', () => {
  const judged = {
    type: 'judged',
    task: 'a',
    rules: [],
    seen: true,
    runEnded: true,
    progress: false,
  } as const

  it('is told of a task that is there, and of none that is leaving', () => {
    const scene = new KernelScene()
    scene.add('a', { kind: 'manual' })
    scene.send({ type: 'start' })
    scene.trigger('a')
    expect(scene.send(judged)).toEqual(['health a'])

    const leaving = new KernelScene()
    leaving.add('a', { kind: 'manual' })
    leaving.send({ type: 'start' })
    leaving.trigger('a')
    leaving.send({ type: 'unregister', task: 'a' })
    expect(leaving.send(judged)).toEqual([])
  })
})
