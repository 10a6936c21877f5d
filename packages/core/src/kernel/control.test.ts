import { describe, expect, it } from 'vitest'
import { KernelScene } from '../../test/kernel-scene.ts'
import { restartPolicy, task as spec } from '../../test/model/specs.ts'
import type { TaskConfig } from './state.ts'

const loop = { planning: 'loop', restart: restartPolicy() } as const
const manual = { planning: 'manual' } as const

function started(config: Partial<TaskConfig> = {}) {
  const scene = new KernelScene()
  scene.add('a', config)
  scene.send({ type: 'start' })
  return scene
}

const pause = { type: 'pause', task: 'a', reason: undefined } as const
const resume = { type: 'resume', task: 'a' } as const
const unregister = { type: 'unregister', task: 'a' } as const
const manually = { type: 'restart', task: 'a', cause: 'manual', requestId: 7, progress: false } as const
const byRule = { type: 'restart', task: 'a', cause: 'unhealthy', requestId: 0, progress: false } as const

describe('the start', () => {
  it('arms each task once, according to its kind', () => {
    const scene = new KernelScene()
    for (const planning of ['slots', 'delay', 'once', 'loop', 'manual', 'call'] as const)
      scene.add(planning, { planning })

    expect(scene.send({ type: 'start' })).toEqual([
      'task-started slots',
      'plan slots',
      'task-started delay',
      'plan delay',
      'task-started once',
      'plan once',
      'task-started loop',
      'call loop#1',
      'task-started manual',
      'task-started call',
    ])
    expect(scene.send({ type: 'start' })).toEqual([])
  })

  it('does not start a loop that is paused or whose manual run is still active', () => {
    const scene = new KernelScene()
    scene.add('a', loop)
    scene.add('b', loop)
    scene.send(pause)
    scene.trigger('b')

    expect(scene.send({ type: 'start' })).toEqual(['task-started a', 'task-started b'])
  })

  it('arms tasks that are registered later, until the stop is quiet', () => {
    const scene = started(manual)
    scene.stop()
    scene.add('b', loop)

    expect(scene.state.tasks.get('b')?.mode).toBe('armed')
    scene.send({ type: 'quiet' })
    scene.add('c', loop)
    expect(scene.state.tasks.get('c')?.mode).toBe('registered')
  })
})

describe('a task name', () => {
  it('stays with the task that has it', () => {
    const scene = started(manual)
    const first = scene.state.tasks.get('a')
    scene.add('a', loop)

    expect(scene.state.tasks.get('a')).toBe(first)
  })

  it('hands over the runs that its former task left behind', () => {
    const scene = started(loop)
    scene.send(unregister)
    scene.at(1).runDue('a', 1)
    scene.add('a', loop)

    expect(scene.state.tasks.get('a')).toMatchObject({ abandoned: 1, runs: [{ id: 1 }] })
    expect(scene.trigger('a')).toEqual(['skip a stuck', 'refuse a stuck'])
  })
})

describe('a pause', () => {
  it('aborts the run of a loop but lets other runs continue', () => {
    expect(started(loop).send(pause)).toEqual(['paused a', 'abort a#1', 'arm a#1 1'])

    const scene = started(manual)
    scene.trigger('a')
    expect(scene.send(pause)).toEqual(['paused a'])
  })

  it('keeps the planned slot and refuses queued runs', () => {
    const scene = started({ overlap: 'queue' })
    scene.plan('a', 4)
    scene.trigger('a', 1)
    scene.trigger('a', 2)

    expect(scene.send(pause)).toEqual(['paused a', 'skip a paused', 'refuse a paused'])
    expect(scene.at(4).due('a', 4)).toEqual(['skip a paused', 'arm a 6'])
  })

  it('cancels a backoff', () => {
    const scene = started(loop)
    scene.settle('a', 1, false)

    expect(scene.send(pause)).toEqual(['paused a', 'arm a Infinity'])
    expect(scene.state.tasks.get('a')?.mode).toBe('armed')
    expect(scene.send(resume)).toEqual(['resumed a', 'call a#2'])
  })

  it('ends parking', () => {
    const scene = started({ ...loop, restart: restartPolicy({ budget: { restarts: 1, withinMs: 60_000 } }) })
    scene.settle('a', 1, false)
    scene.at(1).send({ type: 'due', task: 'a', run: 0, slots: undefined })
    expect(scene.settle('a', 2, false)).toContain('parked a')

    scene.send(pause)
    expect(scene.state.tasks.get('a')?.mode).toBe('armed')
  })

  it('has no effect if repeated, after an unregister or on a finished task', () => {
    const scene = started(manual)
    scene.send(pause)
    expect(scene.send(pause)).toEqual([])

    const leaving = started(manual)
    leaving.trigger('a')
    leaving.send(unregister)
    expect(leaving.send(pause)).toEqual([])

    const over = started({ planning: 'loop' })
    expect(over.settle('a', 1)).toEqual(['ended a#1 succeeded', 'task-stopped a finished'])
    expect(over.send(pause)).toEqual([])
  })
})

describe('a resume', () => {
  it('has no effect without a pause', () => {
    expect(started(manual).send(resume)).toEqual([])
  })

  it('starts a loop when its aborted run has ended', () => {
    const scene = started(loop)
    scene.send(pause)

    expect(scene.send(resume)).toEqual(['resumed a'])
    expect(scene.settle('a', 1)).toEqual(['arm a#1 Infinity', 'ended a#1 cancelled', 'call a#2'])
  })

  it('does not start a loop before the start', () => {
    const scene = new KernelScene()
    scene.add('a', loop)
    scene.send(pause)

    expect(scene.send(resume)).toEqual(['resumed a'])
  })

  it('plans a fixed delay again if no slot is pending, and keeps a pending one', () => {
    const scene = started({ planning: 'delay' })
    scene.send(pause)
    expect(scene.send(resume)).toEqual(['resumed a', 'plan a'])

    scene.plan('a', 5)
    scene.send(pause)
    expect(scene.send(resume)).toEqual(['resumed a'])
  })

  it('does not plan slots again that are already planned', () => {
    const scene = started()
    scene.send(pause)

    expect(scene.send(resume)).toEqual(['resumed a'])
  })

  it('resets the restart streak but keeps the restarts that count for the budget', () => {
    const scene = started(loop)
    scene.settle('a', 1, false)
    scene.at(1).send({ type: 'due', task: 'a', run: 0, slots: undefined })
    scene.send(pause)
    scene.settle('a', 2)
    scene.send(resume)

    expect(scene.state.tasks.get('a')?.ledger).toMatchObject({ streak: 0, parks: 0, log: [1_000], total: 1 })
  })
})

describe('a manual restart', () => {
  it('starts a run if none is active', () => {
    expect(started(manual).send(manually)).toEqual(['restart-accepted a', 'call a#1'])
  })

  it('ends the active run and starts the next when that has ended', () => {
    const scene = started(manual)
    scene.trigger('a')

    expect(scene.send(manually)).toEqual(['restart-accepted a', 'abort a#1', 'arm a#1 1'])
    expect(scene.settle('a', 1)).toEqual(['arm a#1 Infinity', 'ended a#1 cancelled', 'call a#2'])
  })

  it('replaces one that is already queued', () => {
    const scene = started(manual)
    scene.trigger('a')
    scene.send(manually)

    expect(scene.send({ ...manually, requestId: 8 })).toEqual([
      'restart-accepted a',
      'skip a replaced',
      'refuse a replaced',
    ])
  })

  it('replaces a backoff and uses no budget', () => {
    const scene = started(loop)
    scene.settle('a', 1, false)

    expect(scene.send(manually)).toEqual(['restart-accepted a', 'arm a Infinity', 'call a#2'])
    expect(scene.state.tasks.get('a')?.ledger).toMatchObject({ streak: 0, log: [], total: 0 })
    expect(scene.state.restartTimes).toEqual([])
  })

  it('restarts a loop that has stopped', () => {
    const scene = started({ planning: 'loop' })
    scene.settle('a', 1, false)
    expect(scene.state.tasks.get('a')?.mode).toBe('stopped')

    expect(scene.send(manually)).toEqual(['restart-accepted a', 'call a#2'])
    expect(scene.state.tasks.get('a')?.mode).toBe('armed')
  })

  it('is refused with a reason', () => {
    const fresh = new KernelScene()
    fresh.add('a', manual)
    expect(fresh.send(manually)).toEqual(['restart-refused a not-started'])
    expect(fresh.send({ ...manually, task: 'b' })).toEqual(['restart-refused unregistered'])

    const stopping = started(manual)
    stopping.stop()
    expect(stopping.send(manually)).toEqual(['restart-refused a stopping'])

    const paused = started(manual)
    paused.send(pause)
    expect(paused.send(manually)).toEqual(['restart-refused a paused'])

    const leaving = started(manual)
    leaving.trigger('a')
    leaving.send(unregister)
    expect(leaving.send(manually)).toEqual(['restart-refused a unregistered'])

    const stuck = started({ ...manual, timeoutMs: 1_000 })
    stuck.trigger('a')
    stuck.at(1).runDue('a', 1)
    stuck.at(2).runDue('a', 1)
    expect(stuck.send(manually)).toEqual(['restart-refused a stuck'])
  })
})

describe('a restart by a rule', () => {
  it('ends the run of a loop, which then restarts within its budget', () => {
    const scene = started(loop)

    expect(scene.send(byRule)).toEqual(['restart-accepted a', 'abort a#1', 'arm a#1 1'])
    expect(scene.settle('a', 1)).toEqual([
      'arm a#1 Infinity',
      'ended a#1 cancelled',
      'restart-scheduled a',
      'arm a 1',
    ])
  })

  it('lets a scheduled task wait for its next slot', () => {
    const scene = started()
    scene.plan('a', 0)
    scene.due('a', 0)
    scene.send(byRule)

    expect(scene.settle('a', 1)).toEqual(['arm a#1 Infinity', 'ended a#1 cancelled'])
  })

  it('is refused with a reason', () => {
    const never = started({ planning: 'loop' })
    expect(never.send(byRule)).toEqual(['restart-refused a never'])

    const busy = started(loop)
    expect(busy.send({ ...byRule, progress: true })).toEqual(['restart-refused a progress'])

    const idle = started(manual)
    expect(idle.send(byRule)).toEqual(['restart-refused a pending'])

    const over = started({ planning: 'once' })
    over.plan('a', 0)
    over.due('a', 0)
    over.settle('a', 1)
    expect(over.send(byRule)).toEqual(['restart-refused a finished'])
  })
})

describe('a rescheduled task', () => {
  const nothingDue = { slots: undefined, passed: undefined, lastSlot: Number.NEGATIVE_INFINITY }
  const to = (config: Partial<TaskConfig>) =>
    ({ type: 'reschedule', task: 'a', config: spec('a', config).config, ...nothingDue }) as const

  it('drops the planned and queued slots of the old schedule and plans a new one', () => {
    const scene = started({ overlap: 'queue' })
    scene.plan('a', 0)
    scene.due('a', 0)
    scene.at(2).due('a', 2)

    expect(scene.send(to({ overlap: 'queue' }))).toEqual([
      'skip a replaced',
      'arm a Infinity',
      'rescheduled a',
      'plan a',
    ])
    expect(scene.state.tasks.get('a')?.lastSlot).toBe(Number.NEGATIVE_INFINITY)
  })

  it('keeps a manual request in the queue', () => {
    const scene = started({ overlap: 'queue' })
    scene.trigger('a', 1)
    scene.trigger('a', 2)

    expect(scene.send(to({ overlap: 'queue' }))).toEqual(['rescheduled a', 'plan a'])
    expect(scene.settle('a', 1)).toContain('call a#2')
  })

  it.each<readonly [Partial<TaskConfig>, readonly string[]]>([
    [{ planning: 'once' }, ['rescheduled a', 'plan a']],
    [{ planning: 'slots' }, ['rescheduled a', 'plan a']],
    [{ planning: 'delay' }, ['rescheduled a', 'plan a']],
    [{ planning: 'manual' }, ['rescheduled a']],
  ])('is planned according to its new kind: %o', (config, effects) => {
    expect(started().send(to(config))).toEqual(effects)
  })

  it('is planned when its run has ended if it changed to a fixed delay', () => {
    const scene = started()
    scene.trigger('a')

    expect(scene.send(to({ planning: 'delay' }))).toEqual(['rescheduled a'])
    expect(scene.settle('a', 1)).toEqual(['ended a#1 succeeded', 'plan a'])
  })

  it('is not planned before the start', () => {
    const scene = new KernelScene()
    scene.add('a')

    expect(scene.send(to({ planning: 'slots' }))).toEqual(['rescheduled a'])
  })

  it('is armed again if it had finished', () => {
    const scene = started({ planning: 'once' })
    scene.plan('a', 0)
    scene.due('a', 0)
    scene.settle('a', 1)
    expect(scene.state.tasks.get('a')?.mode).toBe('finished')

    scene.send(to({ planning: 'once' }))
    expect(scene.state.tasks.get('a')?.mode).toBe('armed')
  })

  it('is not changed if it is being unregistered', () => {
    const scene = started()
    scene.trigger('a')
    scene.send(unregister)

    expect(scene.send(to({ planning: 'slots' }))).toEqual([])
  })
})
