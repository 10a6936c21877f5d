import { describe, expect, it } from 'vitest'
import { KernelScene } from '../../test/kernel-scene.ts'
import { restartPolicy } from '../../test/model/specs.ts'

const loop = { planning: 'loop', restart: restartPolicy() } as const
const pause = { type: 'pause', task: 'a', reason: undefined } as const
const byRule = { type: 'restart', task: 'a', cause: 'unhealthy', requestId: 0, progress: false } as const

function givenUp(exhausted: 'stop' | 'escalate') {
  const budget = { restarts: 0, withinMs: 1_000 }
  const scene = new KernelScene()
  scene.add('a', { planning: 'loop', restart: restartPolicy({ budget, exhausted }) })
  scene.send({ type: 'start' })
  scene.settle('a', 1, false)
  return scene
}

describe('the start', () => {
  it('skips a task that is being unregistered', () => {
    const scene = new KernelScene()
    scene.add('a', loop)
    scene.trigger('a')
    scene.send({ type: 'unregister', task: 'a' })

    expect(scene.send({ type: 'start' })).toEqual([])
    expect(scene.settle('a', 1)).toContain('unregistered a')
  })
})

describe('a loop that has used up its budget', () => {
  it.each([
    ['stop', 'stopped'],
    ['escalate', 'failed'],
  ] as const)('and has to %s cannot be paused or restarted by a rule', (exhausted, mode) => {
    const scene = givenUp(exhausted)

    expect(scene.send(pause)).toEqual([])
    expect(scene.send(byRule)).toEqual(['restart-refused a finished'])
    expect(scene.state.tasks.get('a')?.mode).toBe(mode)
  })
})

describe('a restart by a rule', () => {
  it('counts as a failure: the next backoff is longer', () => {
    const scene = new KernelScene()
    scene.add('a', loop)
    scene.send({ type: 'start' })
    expect(scene.settle('a', 1, false)).toContain('arm a 1')
    scene.at(1).runDue('a', 0)
    scene.send(byRule)

    expect(scene.settle('a', 2, false)).toContain('arm a 3')
  })
})
