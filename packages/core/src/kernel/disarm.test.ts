import { describe, expect, it } from 'vitest'
import { KernelScene } from '../../test/kernel-scene.ts'

function waiting(): KernelScene {
  const scene = new KernelScene()
  scene.add('a')
  scene.send({ type: 'start' })
  scene.plan('a', 3)
  return scene
}

describe('a slot that is due before its timer fired', () => {
  it('is reported as skipped when a stop becomes quiet', () => {
    const scene = waiting().at(3)
    scene.stop()

    expect(scene.send({ type: 'quiet' })).toContain('skip a stopping')
  })

  it('is reported as skipped when its task is unregistered', () => {
    expect(waiting().at(3).send({ type: 'unregister', task: 'a' })).toContain('skip a stopping')
  })

  it('is skipped later, by its timer, if the task is paused', () => {
    const scene = waiting().at(3)

    expect(scene.send({ type: 'pause', task: 'a', reason: undefined })).toEqual(['paused a'])
    expect(scene.due('a', 3)).toEqual(['skip a paused', 'arm a 5'])
  })
})

describe('several due slots of a paused task', () => {
  it('are all skipped, none is missed', () => {
    const scene = waiting()
    scene.send({ type: 'pause', task: 'a', reason: undefined })

    expect(scene.at(5).due('a', 3, 5)).toEqual(['skip a paused', 'arm a 7'])
  })
})

describe('a slot that is not due yet', () => {
  it('is not reported as skipped by a stop', () => {
    const scene = waiting().at(2.999)
    scene.stop()

    expect(scene.send({ type: 'quiet' })).not.toContain('skip a stopping')
  })
})
