import { describe, expect, it } from 'vitest'
import { KernelScene } from '../../test/kernel-scene.ts'
import { task as spec } from '../../test/model/specs.ts'
import type { TaskMode } from './state.ts'
import { findRun, newTask, removeRun, stateOf } from './state.ts'

function withRuns(count: number) {
  const scene = new KernelScene()
  const task = scene.add('a', { planning: 'manual', overlap: 'parallel', limit: count })
  scene.send({ type: 'start' })
  for (let run = 1; run <= count; run += 1) scene.trigger('a')
  return { scene, task, ids: () => task.runs?.map(({ id }) => id) }
}

describe('the runs of a task', () => {
  it('are found by their id', () => {
    const { scene, task } = withRuns(7)
    scene.settle('a', 3)
    scene.settle('a', 6)

    const found = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((id) => findRun(task, id)?.id)
    expect(found).toEqual([undefined, 1, 2, undefined, 4, 5, undefined, 7, undefined])
  })

  it('do not exist before the first one', () => {
    const task = newTask('a', spec('a', {}).config)
    const [run] = withRuns(1).task.runs ?? []
    if (run) removeRun(task, run)

    expect(findRun(task, 1)).toBeUndefined()
    expect(task.runs).toBeUndefined()
  })

  it('are removed one by one, and removing one twice has no effect', () => {
    const { task, ids } = withRuns(4)
    const second = findRun(task, 2)
    const fourth = findRun(task, 4)
    if (!second || !fourth) throw new Error('the runs were not found')

    removeRun(task, second)
    expect(ids()).toEqual([1, 3, 4])
    removeRun(task, second)
    expect(ids()).toEqual([1, 3, 4])
    removeRun(task, fourth)
    expect(ids()).toEqual([1, 3])
  })
})

describe('the state of a task', () => {
  it.each<readonly [TaskMode, string]>([
    ['stopped', 'stopped'],
    ['failed', 'failed'],
    ['finished', 'finished'],
    ['armed', 'stuck'],
    ['parked', 'stuck'],
  ])('that is %s and has an abandoned run is %s', (mode, state) => {
    const task = newTask('a', spec('a', {}).config)
    task.mode = mode
    task.abandoned = 1

    expect(stateOf(task)).toBe(state)
  })
})
