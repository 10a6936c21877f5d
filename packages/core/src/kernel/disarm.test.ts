import { describe, expect, it } from 'vitest'
import { KernelScene } from '../../test/kernel-scene.ts'

/** A task whose slot at 3 s has not been said to be due. */
function waiting(): KernelScene {
  const scene = new KernelScene()
  scene.add('a')
  scene.send({ type: 'start' })
  scene.plan('a', 3)
  return scene
}

describe('a slot that has come due, though no timer has said so yet', () => {
  it('is told as skipped when a stop becomes quiet', () => {
    const scene = waiting().at(3)
    scene.stop()

    expect(scene.send({ type: 'quiet' })).toContain('skip a stopping')
  })

  it('is told as skipped when its task leaves', () => {
    expect(waiting().at(3).send({ type: 'unregister', task: 'a' })).toContain('skip a stopping')
  })

  it('is one that comes due later in a task that is paused', () => {
    const scene = waiting().at(3)

    expect(scene.send({ type: 'pause', task: 'a', reason: undefined })).toEqual(['paused a'])
    expect(scene.due('a', 3)).toEqual(['skip a paused', 'arm a 5'])
  })
})

describe('slots that come due together in a task that is paused', () => {
  it('are skipped, and none of them is missed', () => {
    const scene = waiting()
    scene.send({ type: 'pause', task: 'a', reason: undefined })

    expect(scene.at(5).due('a', 3, 5)).toEqual(['skip a paused', 'arm a 7'])
  })
})

describe('a slot that has not come due', () => {
  it('is none that is lost by a stop', () => {
    const scene = waiting().at(2.999)
    scene.stop()

    expect(scene.send({ type: 'quiet' })).not.toContain('skip a stopping')
  })
})
