import { describe, expect, it } from 'vitest'
import { KernelScene } from '../../test/kernel-scene.ts'
import { restartPolicy } from '../../test/model/specs.ts'
import type { Effect } from './effect.ts'
import type { KernelEvent } from './event.ts'
import { step } from './step.ts'

const manual = { planning: 'manual' } as const
const quiet = { type: 'quiet' } as const
const due = { type: 'stop-due' } as const

function running(...tasks: readonly Parameters<KernelScene['add']>[]) {
  const scene = new KernelScene()
  for (const [name, config] of tasks) scene.add(name, config)
  scene.send({ type: 'start' })
  for (const [name] of tasks) scene.trigger(name)
  return scene
}

function classesEnded({ state, now }: KernelScene, event: KernelEvent): readonly Effect[] {
  const effects = step(state, event, { wall: now, mono: now, awake: now })
  return effects.filter((effect) => effect.do === 'class-ended')
}

function settled(task: string, run: number): KernelEvent {
  return { type: 'settled', task, run, ok: true, predicateSaid: undefined }
}

describe('a stop', () => {
  it('begins once', () => {
    const scene = running(['a', manual])

    expect(scene.stop()).toEqual(['stop-started'])
    expect(scene.stop({ deadline: 1 })).toEqual([])
    expect(scene.state.shutdown?.deadline).toBe(6_000)
  })

  it('becomes quiet only once, after it has begun', () => {
    const scene = running(['a', manual])
    expect(scene.send(quiet)).toEqual([])
    expect(scene.state.phase).toBe('started')

    scene.stop()
    expect(scene.send(quiet)).toEqual(['abort a#1', 'arm a#1 2', 'arm-stop 2'])
    expect(scene.send(quiet)).toEqual([])
    expect(scene.state.phase).toBe('stopping')
  })

  it('ignores its timer and a second signal before it is quiet and after it has ended', () => {
    const scene = running(['a', manual])
    const hurry = { type: 'hurry', deadline: 5_000 } as const
    const untimely = () => [...scene.send(due), ...scene.send(hurry)]

    expect(untimely()).toEqual([])
    scene.stop()
    expect(untimely()).toEqual([])
    scene.send(quiet)
    scene.settle('a', 1)
    expect(scene.state.phase).toBe('stopped')
    expect(untimely()).toEqual([])
  })

  it('ends once if only a run between two attempts is left', () => {
    const backoff = { initialMs: 1_000, factor: 1, maxMs: 1_000, jitter: 0 }
    const scene = running(['a', { ...manual, retry: { times: 1, backoff } }])
    scene.settle('a', 1, false)
    const run = scene.state.tasks.get('a')?.runs?.[0]
    scene.stop()

    expect(scene.send(quiet)).toEqual([
      'abort a#1',
      'arm a#1 Infinity',
      'ended a#1 cancelled',
      'task-stopped a stop',
      'arm-stop Infinity',
      'stop-ended',
    ])
    expect(run?.abortedFor).toBe('shutdown')
  })

  it('reports once that each task has stopped and keeps the mode of tasks that were already over', () => {
    const scene = new KernelScene()
    scene.add('idle')
    scene.add('finished', { planning: 'once' })
    scene.add('gave-up', { planning: 'loop' })
    const restart = restartPolicy({ budget: { restarts: 0, withinMs: 1_000 }, exhausted: 'escalate' })
    scene.add('failed', { planning: 'loop', restart })
    scene.add('live', manual)
    scene.send({ type: 'start' })
    scene.settle('gave-up', 1, false)
    scene.settle('failed', 2, false)
    scene.plan('finished', 0)
    scene.due('finished', 0)
    scene.settle('finished', 3)
    scene.trigger('live')
    scene.stop()

    expect(scene.send(quiet)).toEqual([
      'task-stopped idle stop',
      'task-stopped failed stop',
      'abort live#4',
      'arm live#4 2',
      'arm-stop 2',
    ])
    expect(scene.settle('live', 4)).toEqual([
      'arm live#4 Infinity',
      'ended live#4 cancelled',
      'arm-stop 2',
      'task-stopped live stop',
      'class-ended',
      'arm-stop Infinity',
      'stop-ended',
    ])
    const modes = Array.from(scene.state.tasks.values(), ({ mode }) => mode)
    expect(modes).toEqual(['stopped', 'finished', 'stopped', 'failed', 'stopped'])
  })
})

describe('an unregistered task', () => {
  it('is not reported as stopped again, even with an abandoned run', () => {
    const restart = restartPolicy({ budget: { restarts: 0, withinMs: 1_000 }, exhausted: 'escalate' })
    const scene = new KernelScene()
    scene.add('a', { planning: 'loop', restart, timeoutMs: 1_000, allowAbandoned: 1 })
    scene.send({ type: 'start' })
    scene.at(1).runDue('a', 1)
    expect(scene.at(2).runDue('a', 1)).toEqual(['ended a#1 abandoned', 'gave-up a'])
    expect(scene.send({ type: 'unregister', task: 'a' })).toEqual(['unregistered a'])
    scene.stop()

    expect(scene.send(quiet)).toEqual(['arm-stop Infinity', 'stop-ended'])
  })
})

describe('the end of a class', () => {
  it('reports how long it took, which tasks it ended and which it abandoned', () => {
    const scene = running(['a', { ...manual, priority: 'low' }], ['b', manual], ['c', manual])
    scene.stop()
    scene.send(quiet)

    scene.at(2)
    expect(classesEnded(scene, { type: 'due', task: 'a', run: 1, slots: undefined })).toEqual([
      { do: 'class-ended', priority: 'low', tookMs: 2_000, tasks: ['a'], abandoned: ['a'] },
    ])
    scene.at(2.5).settle('b', 2)
    expect(classesEnded(scene, settled('c', 3))).toEqual([
      { do: 'class-ended', priority: 'normal', tookMs: 500, tasks: ['b', 'c'], abandoned: [] },
    ])
  })

  it('names a task that was unregistered in the meantime and does not wait for it', () => {
    const scene = running(['a', manual], ['b', manual])
    scene.stop()
    scene.send(quiet)
    scene.send({ type: 'unregister', task: 'a' })

    expect(scene.settle('a', 1)).toContain('unregistered a')
    expect(classesEnded(scene, settled('b', 2))).toMatchObject([{ tasks: ['a', 'b'], abandoned: [] }])
    expect(scene.state.phase).toBe('stopped')
  })
})

describe('the abort of a run by a stop', () => {
  it('comes after all other runs of its task if the run requested the stop', () => {
    const scene = running(['a', { ...manual, overlap: 'parallel', limit: 2 }])
    scene.trigger('a')
    scene.send({ type: 'stop-asked', task: 'a', run: 1 })
    scene.stop()

    expect(scene.send(quiet)).toEqual(['abort a#2', 'arm a#2 2', 'arm-stop 2'])
    expect(scene.at(1).settle('a', 2)).toContain('abort a#1')
  })

  it('comes before the runs it depends on, even if it requested the stop', () => {
    const scene = running(['a', { ...manual, dependsOn: ['b'] }], ['b', manual], ['c', manual])
    scene.send({ type: 'stop-asked', task: 'a', run: 1 })
    scene.stop()

    expect(scene.send(quiet)).toEqual(['abort c#3', 'arm c#3 2', 'arm-stop 2'])
    expect(scene.at(0.5).settle('c', 3)).toContain('abort a#1')
    expect(scene.at(1).settle('a', 1)).toContain('abort b#2')
  })

  it('respects indirect dependencies, whether or not the task between is running', () => {
    const scene = running(['a', { ...manual, dependsOn: ['b'] }], ['d', { ...manual, dependsOn: ['left'] }])
    scene.add('b', { ...manual, dependsOn: ['d'] })
    scene.stop()

    expect(scene.send(quiet)).toEqual(['task-stopped b stop', 'abort a#1', 'arm a#1 2', 'arm-stop 2'])
    expect(scene.at(1).settle('a', 1)).toContain('abort d#2')
  })

  it('does not wait for a run that is already abandoned', () => {
    const scene = running(['a', { ...manual, timeoutMs: 1_000, allowAbandoned: 1 }])
    scene.at(1).runDue('a', 1)
    scene.at(2).runDue('a', 1)
    scene.trigger('a')
    scene.send({ type: 'stop-asked', task: 'a', run: 2 })
    scene.stop()

    expect(scene.send(quiet)).toEqual(['abort a#2', 'arm a#2 4', 'arm-stop 4'])
  })

  it('gives a run that was aborted earlier only the time of its class', () => {
    const scene = running(['a', { ...manual, abortGraceMs: 60_000 }])
    scene.send({ type: 'abort', task: 'a', run: 1 })
    scene.stop()

    expect(scene.send(quiet)).toEqual(['arm a#1 2', 'arm-stop 2'])
  })

  it('comes when the time of the class is over, but not by a timer that fires early', () => {
    const scene = running(['a', { ...manual, dependsOn: ['b'] }], ['b', manual])
    scene.stop()
    scene.send(quiet)

    expect(scene.at(1.999).send(due)).toEqual(['arm-stop 2'])
    expect(scene.at(2).send(due)).toEqual(['abort b#2', 'arm b#2 2'])
    expect(scene.state.tasks.get('b')?.runs?.[0]?.abortedFor).toBe('shutdown')
  })
})

describe('a drain', () => {
  it('lets runs continue for half the time of their class and then aborts them in order', () => {
    const scene = running(['a', { ...manual, dependsOn: ['b'] }], ['b', manual])
    scene.at(10).stop({ drain: true })

    expect(scene.send(quiet)).toEqual(['arm-stop 11'])
    expect(scene.at(10.999).send(due)).toEqual(['arm-stop 11'])
    expect(scene.at(11).send(due)).toEqual(['abort a#1', 'arm a#1 12', 'arm-stop 12'])
    expect(scene.at(11.5).send(due)).toEqual(['arm-stop 12'])
    expect(scene.settle('a', 1)).toContain('abort b#2')
  })

  it('reserves five seconds for the aborts if that is less than half', () => {
    const scene = running(['a', manual])
    const graces = { classGraceMs: 20_000, reserveMs: 1_000, flushMs: 1_000 }
    scene.send({ type: 'stop', deadline: 60_000, drain: true, ...graces })

    expect(scene.send(quiet)).toEqual(['arm-stop 15'])
  })

  it('ends with a second signal', () => {
    const scene = running(['a', { ...manual, dependsOn: ['b'] }], ['b', manual])
    scene.stop({ drain: true })
    scene.send(quiet)

    const hurried = scene.at(1).send({ type: 'hurry', deadline: 2_500 })
    expect(hurried).toEqual(['abort a#1', 'arm a#1 1.75', 'arm-stop 1.75'])
    expect(scene.at(1.2).settle('a', 1)).toContain('abort b#2')
  })
})

describe('an extension', () => {
  it('applies only to runs that the stop has aborted', () => {
    const scene = running(['a', { ...manual, dependsOn: ['b'] }], ['b', manual])
    const extend = { type: 'extend', task: 'b', run: 2, ms: 2_000 } as const
    expect(scene.send(extend)).toEqual([])

    scene.stop()
    scene.send(quiet)
    scene.send({ type: 'unregister', task: 'b' })
    expect(scene.send(extend)).toEqual([])
  })
})
