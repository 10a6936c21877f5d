import { describe, expect, it } from 'vitest'
import { KernelScene } from '../../test/kernel-scene.ts'

const backoff = { initialMs: 1_000, factor: 1, maxMs: 1_000, jitter: 0 }
const manual = { planning: 'manual' } as const

function running(...tasks: readonly Parameters<KernelScene['add']>[]) {
  const scene = new KernelScene()
  for (const [name, config] of tasks) scene.add(name, config)
  scene.send({ type: 'start' })
  for (const [name] of tasks) scene.trigger(name)
  scene.stop()
  return scene
}

describe('a stop that becomes quiet', () => {
  it('ends a run that waits for its retry even if its class is not due yet', () => {
    const scene = new KernelScene()
    scene.add('a', { ...manual, retry: { times: 1, backoff }, priority: 'high' })
    scene.add('b', { ...manual, priority: 'low' })
    scene.send({ type: 'start' })
    scene.trigger('a')
    scene.trigger('b')
    scene.settle('a', 1, false)
    scene.stop()

    expect(scene.send({ type: 'quiet' })).toContain('ended a#1 cancelled')
    expect(scene.state.phase).toBe('stopping')
  })
})

describe('a class that ends', () => {
  it('gives a run of an unregistered task no more time than the others', () => {
    const scene = running(['a', { ...manual, dependsOn: ['b'] }], ['b', { ...manual, abortGraceMs: 60_000 }])
    scene.send({ type: 'quiet' })
    scene.at(1).send({ type: 'unregister', task: 'b' })

    expect(scene.at(2).send({ type: 'stop-due' })).toContain('arm b#2 2')
  })

  it('keeps an extension when another of its runs ends', () => {
    const scene = running(['a', manual], ['b', manual])
    scene.send({ type: 'quiet' })

    expect(scene.send({ type: 'extend', task: 'a', run: 1, ms: 2_000 })).toEqual(['arm a#1 4'])
    expect(scene.at(1).settle('b', 2)).not.toContain('arm a#1 2')
  })

  it('ends at a whole millisecond even if its share of the remaining time does not', () => {
    const scene = running(['a', { ...manual, priority: 'low' }], ['b', manual])
    scene.send({ type: 'hurry', deadline: 1_000 })

    expect(scene.send({ type: 'quiet' })).toContain('arm a#1 0.333')
  })
})

describe('after the stop', () => {
  it('only calls are answered', () => {
    const scene = new KernelScene()
    scene.add('a', { planning: 'slots' })
    scene.send({ type: 'start' })
    scene.stop()
    scene.send({ type: 'quiet' })

    expect(scene.trigger('a')).toEqual(['refuse stopping'])
    const restart = { type: 'restart', task: 'a', cause: 'manual', requestId: 1, progress: false } as const
    expect(scene.send(restart)).toEqual(['restart-refused stopping'])
    expect(scene.send({ type: 'pause', task: 'a', reason: undefined })).toEqual([])
    expect(scene.send({ type: 'unregister', task: 'a' })).toEqual(['unregistered a'])
  })
})
