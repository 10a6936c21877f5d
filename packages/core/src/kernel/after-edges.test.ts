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

describe('a task that leaves with several runs', () => {
  it('is gone when the last of them has ended', () => {
    const scene = started({ kind: 'manual', ...parallel })
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

  it('is gone once, also when all of them end at once', () => {
    const scene = started({ kind: 'manual', ...parallel, retry })
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

describe('a task that leaves while an abandoned run of it lives', () => {
  it('is gone once, also when several others end at once', () => {
    const scene = started({ kind: 'manual', overlap: 'parallel', limit: 3, allowAbandoned: 1, retry })
    scene.trigger('a')
    scene.send({ type: 'abort', task: 'a', run: 1 })
    scene.at(1).runDue('a', 1)
    scene.trigger('a')
    scene.trigger('a')
    scene.settle('a', 2, false)
    scene.settle('a', 3, false)

    const told = scene.send(unregister)
    expect(told.filter((text) => text.startsWith('ended'))).toEqual([
      'ended a#2 cancelled',
      'ended a#3 cancelled',
    ])
    expect(told.filter((text) => text === 'unregistered a')).toHaveLength(1)
    expect(scene.settle('a', 1)).toEqual(['settled-late a#1'])
    expect(scene.state.tasks.size).toBe(0)
  })
})

describe('a fixed delay', () => {
  it('counts from nothing before the start', () => {
    const scene = new KernelScene()
    scene.add('a', { kind: 'delay' })
    scene.trigger('a')

    expect(scene.settle('a', 1)).toEqual(['ended a#1 succeeded'])
  })

  it('counts from the end of the last of several runs', () => {
    const scene = started({ kind: 'delay', ...parallel })
    scene.trigger('a')
    scene.trigger('a')

    expect(scene.settle('a', 1)).toEqual(['ended a#1 succeeded'])
    expect(scene.settle('a', 2)).toEqual(['ended a#2 succeeded', 'plan a'])
  })

  it('counts from nothing when the stop has ended its run, and all there was', () => {
    const scene = started({ kind: 'delay', retry })
    scene.trigger('a')
    scene.settle('a', 1, false)
    scene.stop()

    const told = scene.send({ type: 'quiet' })
    expect(told).toContain('ended a#1 cancelled')
    expect(told.at(-1)).toBe('stop-ended')
  })
})

describe('a task that runs once', () => {
  function running(config: Partial<TaskConfig> = {}) {
    const scene = started({ kind: 'once', ...config })
    scene.plan('a', 0)
    scene.due('a', 0)
    return scene
  }

  it('has finished when its run has succeeded, whoever waits for another one', () => {
    const scene = running({ overlap: 'queue' })
    scene.trigger('a')

    expect(scene.settle('a', 1)).toEqual([
      'ended a#1 succeeded',
      'arm a Infinity',
      'refuse a finished',
      'task-stopped a finished',
    ])
  })

  it('begins the run that waits when its own has failed', () => {
    const scene = running({ overlap: 'queue' })
    scene.trigger('a')

    expect(scene.settle('a', 1, false)).toEqual(['ended a#1 failed', 'call a#2'])
  })

  it('has finished also when it was paused meanwhile', () => {
    const scene = running()
    scene.send({ type: 'pause', task: 'a', reason: undefined })

    expect(scene.settle('a', 1)).toEqual(['ended a#1 succeeded', 'arm a Infinity', 'task-stopped a finished'])
  })
})

describe('a task that runs once, and by hand', () => {
  const only = { count: 1, atLeast: false, oldest: 1_000, newest: 1_000, recent: [1_000], lateMs: 0 }
  const last = { ...only, next: undefined, nextDueAt: Number.POSITIVE_INFINITY, standby: false }
  const due = { type: 'due', task: 'a', run: 0, slots: last } as const
  const finished = 'task-stopped a finished'

  /** It is due after a second. */
  function planned(config: Partial<TaskConfig> = {}) {
    const scene = started({ kind: 'once', ...config })
    scene.plan('a', 1)
    return scene
  }

  it('has finished when it succeeds by hand after its own run has failed', () => {
    const scene = planned()
    scene.at(1).send(due)
    scene.settle('a', 1, false)
    scene.trigger('a')

    expect(scene.settle('a', 2)).toEqual(['ended a#2 succeeded', finished])
  })

  it('has finished when it succeeds by hand in place of its own run, which was skipped', () => {
    const scene = planned()
    scene.trigger('a')
    expect(scene.at(1).send(due)).toContain('skip a overlap')

    expect(scene.settle('a', 1)).toEqual(['ended a#1 succeeded', finished])
  })

  it('has not finished by hand before the start, nor before its time', () => {
    const early = new KernelScene()
    early.add('a', { kind: 'once' })
    early.trigger('a')
    expect(early.settle('a', 1)).toEqual(['ended a#1 succeeded'])

    const scene = planned()
    scene.trigger('a')
    expect(scene.settle('a', 1)).toEqual(['ended a#1 succeeded'])
  })

  it('has not finished by hand while its own run waits or lives, nor when it fails', () => {
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

describe('slots that wait', () => {
  it('run in their order, the one in the queue too', () => {
    const scene = started({ overlap: 'queue', misfire: { all: 3 }, catchUpMs: 10_000 })
    scene.plan('a', 0)
    scene.due('a', 0)
    scene.at(4).due('a', 2, 4)
    scene.settle('a', 1)
    expect(newestRun(scene, 'a')).toMatchObject({ id: 2, trigger: 'schedule', slot: 2_000, trial: false })

    expect(scene.settle('a', 2)).toEqual(['ended a#2 succeeded', 'call a#3'])
    expect(newestRun(scene, 'a')).toMatchObject({ id: 3, trigger: 'schedule', slot: 4_000, trial: false })
  })

  it('run before a newer one in the queue', () => {
    const scene = started({ overlap: 'queue', misfire: { all: 3 }, catchUpMs: 10_000 })
    scene.plan('a', 0)
    scene.at(2).due('a', 0, 2)
    scene.at(4).due('a', 4)
    scene.settle('a', 1)

    expect(newestRun(scene, 'a')).toMatchObject({ id: 2, slot: 2_000 })
    scene.settle('a', 2)
    expect(newestRun(scene, 'a')).toMatchObject({ id: 3, slot: 4_000 })
  })

  it('run after one that was asked for by hand', () => {
    const scene = started({ overlap: 'queue', misfire: { all: 3 }, catchUpMs: 10_000 })
    scene.plan('a', 0)
    scene.at(2).due('a', 0, 2)
    scene.trigger('a')
    scene.settle('a', 1)

    expect(newestRun(scene, 'a')).toMatchObject({ id: 2, trigger: 'manual', slot: undefined })
  })
})

describe('a loop', () => {
  const loop = { kind: 'loop', restart: restartPolicy() } as const

  it('does not start again while another run of it lives', () => {
    const scene = started({ ...loop, ...parallel })
    scene.trigger('a')

    expect(scene.settle('a', 1, false)).toEqual(['ended a#1 failed'])
    expect(scene.settle('a', 2, false)).toEqual(['ended a#2 failed', 'restart-scheduled a', 'arm a 1'])
  })

  it('that goes on after a pause has begun as at the start, and answers nobody', () => {
    const scene = started(loop)
    scene.send({ type: 'pause', task: 'a', reason: undefined })
    scene.send({ type: 'resume', task: 'a' })

    expect(effectsOf(scene, failed(1)).at(-1)).toMatchObject({
      do: 'call',
      run: { id: 2, trigger: 'startup', slot: undefined, trial: false },
      requestId: 0,
    })
  })

  it('tells how long it waits, and how much of that for the sake of others', () => {
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

  it('has another chance for each wait', () => {
    const random = { ...backoff, jitter: 1 }
    const budget = { restarts: 9, withinMs: 60_000 }
    const scene = started({ kind: 'loop', restart: restartPolicy({ backoff: random, budget }) })
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
