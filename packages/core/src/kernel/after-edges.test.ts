import { describe, expect, it } from 'vitest'
import { effectsOf, newestRun } from '../../test/kernel-effects.ts'
import { KernelScene } from '../../test/kernel-scene.ts'
import { restartPolicy } from '../../test/model/specs.ts'
import type { TaskConfig } from './state.ts'

const backoff = { initialMs: 1_000, factor: 1, maxMs: 1_000, jitter: 0 }
const retry = { times: 1, backoff }
const parallel = { overlap: 'parallel', limit: 2 } as const
const unregister = { type: 'unregister', task: 'a' } as const

function started(config: Partial<TaskConfig>) {
  const scene = new KernelScene()
  scene.add('a', config)
  scene.send({ type: 'start' })
  return scene
}

function failed(run: number) {
  return { type: 'settled', task: 'a', run, ok: false, predicateSaid: undefined } as const
}

describe('a task that is unregistered with several active runs', () => {
  it('is removed when the last run has ended', () => {
    const scene = started({ planning: 'manual', ...parallel })
    scene.trigger('a')
    scene.trigger('a')
    scene.send(unregister)

    expect(scene.settle('a', 1)).toEqual(['arm a#1 Infinity', 'ended a#1 cancelled'])
    expect(scene.settle('a', 2)).toEqual([
      'arm a#2 Infinity',
      'ended a#2 cancelled',
      'task-stopped a unregistered',
      'unregistered a',
    ])
  })

  it('is removed once, even if all runs end at the same time', () => {
    const scene = started({ planning: 'manual', ...parallel, retry })
    scene.trigger('a')
    scene.trigger('a')
    scene.settle('a', 1, false)
    scene.settle('a', 2, false)

    expect(scene.send(unregister)).toEqual([
      'abort a#1',
      'arm a#1 Infinity',
      'ended a#1 cancelled',
      'abort a#2',
      'arm a#2 Infinity',
      'ended a#2 cancelled',
      'task-stopped a unregistered',
      'unregistered a',
    ])
  })
})

describe('a task that is unregistered with an abandoned run', () => {
  it('is removed once, even if several other runs end at the same time', () => {
    const scene = started({ planning: 'manual', overlap: 'parallel', limit: 3, allowAbandoned: 1, retry })
    scene.trigger('a')
    scene.send({ type: 'abort', task: 'a', run: 1 })
    scene.at(1).runDue('a', 1)
    scene.trigger('a')
    scene.trigger('a')
    scene.settle('a', 2, false)
    scene.settle('a', 3, false)

    const effects = scene.send(unregister)
    expect(effects.filter((text) => text.startsWith('ended'))).toEqual([
      'ended a#2 cancelled',
      'ended a#3 cancelled',
    ])
    expect(effects.filter((text) => text === 'unregistered a')).toHaveLength(1)
    expect(scene.settle('a', 1)).toEqual(['settled-late a#1'])
    expect(scene.state.tasks.size).toBe(0)
  })
})

describe('a fixed delay', () => {
  it('is not planned before the start', () => {
    const scene = new KernelScene()
    scene.add('a', { planning: 'delay' })
    scene.trigger('a')

    expect(scene.settle('a', 1)).toEqual(['ended a#1 succeeded'])
  })

  it('counts from the end of the last of several runs', () => {
    const scene = started({ planning: 'delay', ...parallel })
    scene.trigger('a')
    scene.trigger('a')

    expect(scene.settle('a', 1)).toEqual(['ended a#1 succeeded'])
    expect(scene.settle('a', 2)).toEqual(['ended a#2 succeeded', 'plan a'])
  })

  it('is not planned when the stop has ended its run', () => {
    const scene = started({ planning: 'delay', retry })
    scene.trigger('a')
    scene.settle('a', 1, false)
    scene.stop()

    const effects = scene.send({ type: 'quiet' })
    expect(effects).toContain('ended a#1 cancelled')
    expect(effects.at(-1)).toBe('stop-ended')
  })
})

describe('a task that runs once', () => {
  function running(config: Partial<TaskConfig> = {}) {
    const scene = started({ planning: 'once', ...config })
    scene.plan('a', 0)
    scene.due('a', 0)
    return scene
  }

  it('has finished when its run has succeeded, even if another run is queued', () => {
    const scene = running({ overlap: 'queue' })
    scene.trigger('a')

    expect(scene.settle('a', 1)).toEqual([
      'ended a#1 succeeded',
      'arm a Infinity',
      'refuse a finished',
      'task-stopped a finished',
    ])
  })

  it('starts the queued run when the first one failed', () => {
    const scene = running({ overlap: 'queue' })
    scene.trigger('a')

    expect(scene.settle('a', 1, false)).toEqual(['ended a#1 failed', 'call a#2'])
  })

  it('finishes even if it was paused in the meantime', () => {
    const scene = running()
    scene.send({ type: 'pause', task: 'a', reason: undefined })

    expect(scene.settle('a', 1)).toEqual(['ended a#1 succeeded', 'arm a Infinity', 'task-stopped a finished'])
  })
})

describe('a task that runs once and is triggered manually', () => {
  const only = { count: 1, atLeast: false, oldest: 1_000, newest: 1_000, recent: [1_000], lateMs: 0 }
  const last = {
    ...only,
    next: undefined,
    nextDueAt: Number.POSITIVE_INFINITY,
    standby: false,
    jumpedOver: false,
  }
  const due = { type: 'due', task: 'a', run: 0, slots: last } as const
  const finished = 'task-stopped a finished'

  function planned(config: Partial<TaskConfig> = {}) {
    const scene = started({ planning: 'once', ...config })
    scene.plan('a', 1)
    return scene
  }

  it('has finished when a manual run succeeds after the scheduled run has failed', () => {
    const scene = planned()
    scene.at(1).send(due)
    scene.settle('a', 1, false)
    scene.trigger('a')

    expect(scene.settle('a', 2)).toEqual(['ended a#2 succeeded', finished])
  })

  it('does not finish by a manual run that held its slot back', () => {
    const scene = planned()
    scene.trigger('a')
    expect(scene.at(1).send(due)).toEqual(['arm a Infinity'])

    expect(scene.settle('a', 1)).toEqual(['ended a#1 succeeded', 'arm a 1'])
    expect(scene.send(due)).toContain('call a#2')
    expect(scene.settle('a', 2)).toEqual(['ended a#2 succeeded', finished])
  })

  it('does not finish by a manual run before the start or before its slot', () => {
    const early = new KernelScene()
    early.add('a', { planning: 'once' })
    early.trigger('a')
    expect(early.settle('a', 1)).toEqual(['ended a#1 succeeded'])

    const scene = planned()
    scene.trigger('a')
    expect(scene.settle('a', 1)).toEqual(['ended a#1 succeeded'])
  })

  it('does not finish by a manual run that fails or while the scheduled run is queued or active', () => {
    const queued = planned({ overlap: 'queue' })
    queued.trigger('a')
    queued.at(1).send(due)
    expect(queued.settle('a', 1)).toEqual(['ended a#1 succeeded', 'call a#2'])

    const beside = planned(parallel)
    beside.trigger('a')
    beside.at(1).send(due)
    expect(beside.settle('a', 1)).toEqual(['ended a#1 succeeded'])

    const failing = planned()
    failing.at(1).send(due)
    failing.settle('a', 1, false)
    failing.trigger('a')
    expect(failing.settle('a', 2, false)).toEqual(['ended a#2 failed'])
  })
})

describe('waiting slots', () => {
  it('run in order, including the queued one', () => {
    const scene = started({ overlap: 'queue', misfire: { all: 3 }, catchUpMs: 10_000 })
    scene.plan('a', 0)
    scene.due('a', 0)
    scene.at(4).due('a', 2, 4)
    scene.settle('a', 1)
    expect(newestRun(scene, 'a')).toMatchObject({ id: 2, trigger: 'schedule', slot: 2_000, trial: false })

    expect(scene.settle('a', 2)).toEqual(['ended a#2 succeeded', 'call a#3'])
    expect(newestRun(scene, 'a')).toMatchObject({ id: 3, trigger: 'schedule', slot: 4_000, trial: false })
  })

  it('run before a newer slot in the queue', () => {
    const scene = started({ overlap: 'queue', misfire: { all: 3 }, catchUpMs: 10_000 })
    scene.plan('a', 0)
    scene.at(2).due('a', 0, 2)
    scene.at(4).due('a', 4)
    scene.settle('a', 1)

    expect(newestRun(scene, 'a')).toMatchObject({ id: 2, slot: 2_000 })
    scene.settle('a', 2)
    expect(newestRun(scene, 'a')).toMatchObject({ id: 3, slot: 4_000 })
  })

  it('run after a manual request', () => {
    const scene = started({ overlap: 'queue', misfire: { all: 3 }, catchUpMs: 10_000 })
    scene.plan('a', 0)
    scene.at(2).due('a', 0, 2)
    scene.trigger('a')
    scene.settle('a', 1)

    expect(newestRun(scene, 'a')).toMatchObject({ id: 2, trigger: 'manual', slot: undefined })
  })
})

describe('a loop', () => {
  const loop = { planning: 'loop', restart: restartPolicy() } as const

  it('does not restart while another run of it is active', () => {
    const scene = started({ ...loop, ...parallel })
    scene.trigger('a')

    expect(scene.settle('a', 1, false)).toEqual(['ended a#1 failed'])
    expect(scene.settle('a', 2, false)).toEqual(['ended a#2 failed', 'restart-scheduled a', 'arm a 1'])
  })

  it('starts after a pause like at the start, without a request', () => {
    const scene = started(loop)
    scene.send({ type: 'pause', task: 'a', reason: undefined })
    scene.send({ type: 'resume', task: 'a' })

    expect(effectsOf(scene, failed(1)).at(-1)).toMatchObject({
      do: 'call',
      run: { id: 2, trigger: 'startup', slot: undefined, trial: false },
      requestId: 0,
    })
  })

  it('reports its restart delay and how much of it was added for spacing', () => {
    const scene = new KernelScene()
    for (const name of ['b', 'a']) scene.add(name, loop)
    scene.send({ type: 'start' })
    scene.at(3).settle('b', 1, false)

    expect(effectsOf(scene, failed(2))).toContainEqual(
      expect.objectContaining({
        do: 'restart-scheduled',
        cause: 'threw',
        delayMs: 1_100,
        spacedMs: 100,
        streak: 0,
      }),
    )
  })

  it('draws a new random delay for each restart', () => {
    const random = { ...backoff, jitter: 1 }
    const budget = { restarts: 9, withinMs: 60_000 }
    const scene = started({ planning: 'loop', restart: restartPolicy({ backoff: random, budget }) })
    const waits = [1, 2, 3].map((run) => {
      const effect = effectsOf(scene, failed(run)).find((one) => one.do === 'restart-scheduled')
      const wait = effect?.do === 'restart-scheduled' ? effect.delayMs : Number.NaN
      scene.at((scene.now + wait) / 1_000).runDue('a', 0)
      return wait
    })

    expect(new Set(waits).size).toBe(3)
    for (const wait of waits) expect(wait).toBeLessThan(1_000)
  })
})
