import { describe, expect, it } from 'vitest'
import { KernelScene } from '../../test/kernel-scene.ts'
import { restartPolicy } from '../../test/model/specs.ts'

const loop = { planning: 'loop', restart: restartPolicy() } as const

describe('a loop', () => {
  it('that ran manually before the start is started by the start, without a backoff', () => {
    const scene = new KernelScene()
    scene.add('a', loop)
    scene.trigger('a')

    expect(scene.settle('a', 1, false)).toEqual(['ended a#1 failed'])
    expect(scene.send({ type: 'start' })).toEqual(['task-started a', 'call a#2'])
  })

  it('that waited for a run of its predecessor starts when that run ends, without a restart', () => {
    const scene = new KernelScene()
    scene.add('a', loop)
    scene.send({ type: 'start' })
    scene.send({ type: 'unregister', task: 'a' })
    scene.at(1).runDue('a', 1)
    scene.add('a', { planning: 'loop', restart: restartPolicy({ mode: 'never' }) })

    expect(scene.settle('a', 1, false)).toEqual(['settled-late a#1', 'call a#2'])
  })
})

describe('a task that is unregistered', () => {
  it('is removed once, even if its abort ends one run immediately while another is abandoned', () => {
    const scene = new KernelScene()
    const backoff = { initialMs: 1_000, factor: 1, maxMs: 1_000, jitter: 0 }
    scene.add('a', { planning: 'manual', allowAbandoned: 1, timeoutMs: 1_000, retry: { times: 1, backoff } })
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

  it('reports once that it has stopped', () => {
    const scene = new KernelScene()
    scene.add('a', { planning: 'once' })
    scene.send({ type: 'start' })
    scene.plan('a', 0)
    scene.due('a', 0)

    expect(scene.settle('a', 1)).toContain('task-stopped a finished')
    expect(scene.send({ type: 'unregister', task: 'a' })).toEqual(['unregistered a'])
  })
})

describe('a cancelled restart', () => {
  it('does not delay the next one', () => {
    const scene = new KernelScene()
    scene.add('a', loop)
    scene.send({ type: 'start' })
    expect(scene.settle('a', 1, false)).toContain('arm a 1')
    scene.trigger('a')

    expect(scene.settle('a', 2, false)).toContain('arm a 1')
  })
})
