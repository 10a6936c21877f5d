import { describe, expect, it } from 'vitest'
import { KernelScene } from '../../test/kernel-scene.ts'
import { restartPolicy } from '../../test/model/specs.ts'

const loop = { kind: 'loop', restart: restartPolicy() } as const

describe('a loop', () => {
  it('that ran by hand before the start is begun by the start, and not by a backoff', () => {
    const scene = new KernelScene()
    scene.add('a', loop)
    scene.trigger('a')

    expect(scene.settle('a', 1, false)).toEqual(['ended a#1 failed'])
    expect(scene.send({ type: 'start' })).toEqual(['task-started a', 'call a#2'])
  })

  it('that had to wait for a run of its predecessor begins when that has ended, without a restart', () => {
    const scene = new KernelScene()
    scene.add('a', loop)
    scene.send({ type: 'start' })
    scene.send({ type: 'unregister', task: 'a' })
    scene.at(1).runDue('a', 1)
    scene.add('a', { kind: 'loop', restart: restartPolicy({ mode: 'never' }) })

    expect(scene.settle('a', 1, false)).toEqual(['settled-late a#1', 'call a#2'])
  })
})

describe('a task that leaves', () => {
  it('is gone once, also when its abort ends its run at once and another lives on abandoned', () => {
    const scene = new KernelScene()
    const backoff = { initialMs: 1_000, factor: 1, maxMs: 1_000, jitter: 0 }
    scene.add('a', { kind: 'manual', allowAbandoned: 1, timeoutMs: 1_000, retry: { times: 1, backoff } })
    scene.send({ type: 'start' })
    scene.trigger('a')
    scene.at(1).runDue('a', 1)
    scene.at(2).runDue('a', 1)
    scene.trigger('a')
    scene.settle('a', 2, false)

    expect(scene.send({ type: 'unregister', task: 'a' })).toEqual([
      'abort a#2',
      'arm a#2 Infinity',
      'ended a#2 cancelled',
      'task-stopped a unregistered',
      'unregistered a',
    ])
  })

  it('is told to have stopped once', () => {
    const scene = new KernelScene()
    scene.add('a', { kind: 'once' })
    scene.send({ type: 'start' })
    scene.plan('a', 0)
    scene.due('a', 0)

    expect(scene.settle('a', 1)).toContain('task-stopped a finished')
    expect(scene.send({ type: 'unregister', task: 'a' })).toEqual(['unregistered a'])
  })
})

describe('a restart that is taken back', () => {
  it('does not put off the next one', () => {
    const scene = new KernelScene()
    scene.add('a', loop)
    scene.send({ type: 'start' })
    expect(scene.settle('a', 1, false)).toContain('arm a 1')
    scene.trigger('a')

    expect(scene.settle('a', 2, false)).toContain('arm a 1')
  })
})
