import { describe, expect, it } from 'vitest'
import { KernelScene } from '../../test/kernel-scene.ts'
import { restartPolicy } from '../../test/model/specs.ts'
import type { TaskConfig } from './state.ts'

const unregister = { type: 'unregister', task: 'a' } as const

function started(config: Partial<TaskConfig>) {
  const scene = new KernelScene()
  const task = scene.add('a', config)
  scene.send({ type: 'start' })
  return { scene, task }
}

describe('an unregistered task', () => {
  it('is stopped', () => {
    const { scene, task } = started({ planning: 'manual' })
    scene.send(unregister)

    expect(task.mode).toBe('stopped')
  })

  it('keeps its final mode, which is not reported again', () => {
    const once = started({ planning: 'once' })
    once.scene.plan('a', 0)
    once.scene.due('a', 0)
    once.scene.settle('a', 1)
    expect(once.scene.send(unregister)).toEqual(['unregistered a'])
    expect(once.task.mode).toBe('finished')

    const restart = restartPolicy({ budget: { restarts: 0, withinMs: 1_000 }, exhausted: 'escalate' })
    const escalated = started({ planning: 'loop', restart })
    escalated.scene.settle('a', 1, false)
    expect(escalated.scene.send(unregister)).toEqual(['unregistered a'])
    expect(escalated.task.mode).toBe('failed')

    const gaveUp = started({ planning: 'loop' })
    gaveUp.scene.settle('a', 1, false)
    expect(gaveUp.scene.send(unregister)).toEqual(['unregistered a'])
    expect(gaveUp.task.mode).toBe('stopped')
  })

  it('is removed only once, even with an abandoned run', () => {
    const { scene } = started({ planning: 'manual', timeoutMs: 1_000 })
    scene.trigger('a')
    scene.at(1).runDue('a', 1)
    scene.at(2).runDue('a', 1)

    expect(scene.send(unregister)).toEqual(['task-stopped a unregistered', 'unregistered a'])
    expect(scene.send(unregister)).toEqual([])
  })
})
