import { describe, expect, it } from 'vitest'
import { effectsOf, newestRun } from '../../test/kernel-effects.ts'
import { KernelScene } from '../../test/kernel-scene.ts'
import { restartPolicy } from '../../test/model/specs.ts'
import type { TaskConfig } from './state.ts'

const backoff = { initialMs: 1_000, factor: 1, maxMs: 1_000, jitter: 0 }
const retry = { times: 1, backoff }
const manual = { planning: 'manual' } as const
const loop = { planning: 'loop', restart: restartPolicy() } as const
const parallel = { overlap: 'parallel', limit: 2 } as const
const abort = { type: 'abort', task: 'a', run: 1 } as const
const unregister = { type: 'unregister', task: 'a' } as const
const byRule = { type: 'restart', task: 'a', cause: 'unhealthy', requestId: 0, progress: false } as const

function started(config: Partial<TaskConfig>) {
  const scene = new KernelScene()
  scene.add('a', config)
  scene.send({ type: 'start' })
  return scene
}

function abandoned(config: Partial<TaskConfig>, count = 1) {
  const scene = started({ timeoutMs: 1_000, ...config })
  const runs = Array.from({ length: count }, (_, index) => index + 1)
  if (config.planning !== 'loop') for (const run of runs) scene.trigger('a', run)
  for (const run of runs) scene.at(1).runDue('a', run)
  for (const run of runs) scene.at(2).runDue('a', run)
  return scene
}

function settled(ok: boolean, predicateSaid?: boolean) {
  return { type: 'settled', task: 'a', run: 1, ok, predicateSaid } as const
}

describe('a run that cancels the previous one', () => {
  it('reports waiting slots as replaced', () => {
    const scene = started({ overlap: 'cancel-previous', misfire: { all: 2 }, catchUpMs: 10_000 })
    scene.plan('a', 0)
    scene.at(2).due('a', 0, 2)

    expect(scene.trigger('a')).toEqual(['skip a replaced', 'abort a#1', 'arm a#1 3'])
    expect(newestRun(scene, 'a')?.abortedFor).toBe('replaced')
  })

  it('replaces the queued run, even if the previous one ends immediately', () => {
    const scene = started({ ...manual, overlap: 'cancel-previous', retry, timeoutMs: 1_000 })
    scene.trigger('a', 1)
    scene.at(1).runDue('a', 1)
    scene.trigger('a', 2)
    expect(scene.settle('a', 1, false)).toEqual(['retry a#1'])

    expect(scene.trigger('a', 3)).toEqual([
      'abort a#1',
      'arm a#1 Infinity',
      'ended a#1 cancelled',
      'skip a replaced',
      'refuse a replaced',
      'call a#2',
      'arm a#2 2',
    ])
    expect(scene.settle('a', 2)).toEqual(['arm a#2 Infinity', 'ended a#2 succeeded'])
  })
})

describe('a waiting slot that cannot run', () => {
  it('is reported as one skipped slot with its time', () => {
    const scene = started({ overlap: 'queue', misfire: { all: 2 }, catchUpMs: 10_000 })
    scene.plan('a', 0)
    scene.at(2).due('a', 0, 2)

    const effects = effectsOf(scene, unregister).filter(
      (effect) => effect.do !== 'arm' && effect.do !== 'abort',
    )
    expect(effects).toEqual([
      {
        do: 'skip',
        task: scene.state.tasks.get('a'),
        reason: 'stopping',
        count: 1,
        atLeast: false,
        slot: 2_000,
      },
    ])
  })
})

describe('a manual run', () => {
  it('of a parked loop is its trial, and parks it again if it fails', () => {
    const policy = restartPolicy({ budget: { restarts: 1, withinMs: 3_000 } })
    const scene = started({ planning: 'loop', restart: policy })
    expect(newestRun(scene, 'a')?.trial).toBe(false)
    scene.settle('a', 1, false)
    scene.at(1).runDue('a', 0)
    expect(newestRun(scene, 'a')).toMatchObject({ id: 2, trigger: 'restart', slot: undefined, trial: false })
    expect(scene.settle('a', 2, false)).toContain('parked a')

    scene.at(9).trigger('a')
    expect(newestRun(scene, 'a')).toMatchObject({ id: 3, trigger: 'manual', trial: true })
    expect(scene.settle('a', 3, false)).toContain('parked a')
  })

  it('does not take part in the spacing of restarts', () => {
    const scene = started(loop)
    scene.add('b', manual)
    scene.settle('a', 1, false)
    scene.trigger('b')

    expect(scene.state.restartTimes).toEqual([1_000])
  })
})

describe('a loop whose run timed out', () => {
  it('restarts with that cause even if the run returned after its abort', () => {
    const scene = started({
      planning: 'loop',
      restart: restartPolicy({ mode: 'on-failure' }),
      timeoutMs: 1_000,
    })
    scene.at(1).runDue('a', 1)

    expect(effectsOf(scene, settled(true))).toContainEqual(
      expect.objectContaining({ do: 'restart-scheduled', cause: 'timed-out' }),
    )
  })

  it('restarts because it is stuck, immediately if an abandoned run is allowed', () => {
    const scene = started({ ...loop, timeoutMs: 1_000, allowAbandoned: 1 })
    scene.at(1).runDue('a', 1)

    const due = { type: 'due', task: 'a', run: 1, slots: undefined } as const
    expect(effectsOf(scene.at(2), due)).toContainEqual(
      expect.objectContaining({ do: 'restart-scheduled', cause: 'stuck' }),
    )
    expect(scene.at(2.5).settle('a', 1)).toEqual(['settled-late a#1'])
  })

  it('restarts because it was stuck, once it is no longer stuck', () => {
    const scene = abandoned(loop)

    expect(effectsOf(scene, settled(true))).toContainEqual(
      expect.objectContaining({ do: 'restart-scheduled', cause: 'stuck' }),
    )
  })
})

describe('a loop whose abandoned run settles much later', () => {
  const budget = { restarts: 1, withinMs: 30_000 }
  const growing = { ...backoff, factor: 2, maxMs: 8_000 }
  const restart = restartPolicy({ backoff: growing, stableAfterMs: 10_000, budget })

  function settledLate(seconds: number) {
    const scene = started({
      planning: 'loop',
      restart,
      timeoutMs: 8_000,
      abortGraceMs: seconds * 1_000 - 8_000,
    })
    scene.settle('a', 1, false)
    scene.at(1).runDue('a', 0)
    scene.at(9).runDue('a', 2)
    scene.at(1 + seconds).runDue('a', 2)
    return effectsOf(scene.at(61 + seconds), { ...settled(false), run: 2 })
  }

  it('does not count the time after the abandonment as stable', () => {
    expect(settledLate(9)).toContainEqual(
      expect.objectContaining({ do: 'restart-scheduled', cause: 'stuck', delayMs: 2_000, streak: 1 }),
    )
  })

  it('counts as stable if it was stable when it was abandoned', () => {
    expect(settledLate(10)).toContainEqual(
      expect.objectContaining({ do: 'restart-scheduled', cause: 'stuck', delayMs: 1_000, streak: 0 }),
    )
  })
})

describe('a loop whose run was aborted by a rule and then abandoned', () => {
  it('restarts with the cause unhealthy', () => {
    const scene = started({ ...loop, allowAbandoned: 1 })
    scene.send(byRule)

    const due = { type: 'due', task: 'a', run: 1, slots: undefined } as const
    expect(effectsOf(scene.at(1), due)).toContainEqual(
      expect.objectContaining({ do: 'restart-scheduled', cause: 'unhealthy' }),
    )
  })

  it('restarts with the same cause after it was blocked by that run', () => {
    const scene = started(loop)
    scene.send(byRule)
    scene.at(1).runDue('a', 1)

    expect(effectsOf(scene, settled(true))).toContainEqual(
      expect.objectContaining({ do: 'restart-scheduled', cause: 'unhealthy' }),
    )
  })
})

describe('a loop that is aborted between two attempts', () => {
  it('restarts because of the error of the last attempt', () => {
    const scene = started({ planning: 'loop', restart: restartPolicy({ mode: 'on-failure' }), retry })
    scene.settle('a', 1, false)

    const effects = effectsOf(scene, abort)
    expect(effects).toContainEqual(expect.objectContaining({ do: 'restart-scheduled', cause: 'threw' }))
    expect(effects[0]).toMatchObject({ do: 'abort', run: { abortedFor: 'asked' } })
  })

  it('restarts with the cause unhealthy if a rule aborted it', () => {
    const scene = started({ ...loop, retry })
    scene.settle('a', 1, false)

    expect(effectsOf(scene, byRule)).toContainEqual(
      expect.objectContaining({ do: 'restart-scheduled', cause: 'unhealthy' }),
    )
  })
})

describe('a task that runs once', () => {
  it('does not finish when its run is abandoned or when that run settles', () => {
    const scene = started({ planning: 'once', timeoutMs: 1_000, allowAbandoned: 1 })
    scene.plan('a', 0)
    scene.due('a', 0)
    scene.at(1).runDue('a', 1)
    expect(scene.at(2).runDue('a', 1)).toEqual(['ended a#1 abandoned'])

    const stuck = started({ planning: 'once', timeoutMs: 1_000 })
    stuck.plan('a', 0)
    stuck.due('a', 0)
    stuck.at(1).runDue('a', 1)
    stuck.at(2).runDue('a', 1)
    expect(stuck.settle('a', 1)).toEqual(['settled-late a#1'])
  })
})

describe('an abandoned run that settles', () => {
  it('frees the name of an unregistered task if it is the last one', () => {
    const scene = started({ ...manual, ...parallel })
    scene.trigger('a')
    scene.trigger('a')
    scene.send(unregister)
    scene.at(1).runDue('a', 1)
    scene.runDue('a', 2)

    expect(scene.settle('a', 1)).toEqual(['settled-late a#1'])
    expect(scene.state.tasks.size).toBe(1)
    expect(scene.settle('a', 2)).toEqual(['settled-late a#2'])
    expect(scene.state.tasks.size).toBe(0)
  })

  it('does not free the name while another run has no outcome', () => {
    const scene = abandoned({ ...manual, allowAbandoned: 1 })
    scene.trigger('a')
    scene.send(unregister)

    expect(scene.settle('a', 1)).toEqual(['settled-late a#1'])
    expect(scene.state.tasks.size).toBe(1)
    expect(scene.settle('a', 2)).toEqual([
      'arm a#2 Infinity',
      'ended a#2 cancelled',
      'task-stopped a unregistered',
      'unregistered a',
    ])
  })

  it('emits nothing more for an unregistered task, even if another run remains', () => {
    const scene = abandoned({ ...manual, ...parallel, allowAbandoned: 1 }, 2)
    scene.send(unregister)

    expect(scene.settle('a', 1)).toEqual(['settled-late a#1'])
  })

  it('unblocks the next run once no more abandoned runs remain than allowed', () => {
    const scene = abandoned({ planning: 'delay', ...parallel }, 2)

    expect(scene.settle('a', 1)).toEqual(['settled-late a#1'])
    expect(scene.settle('a', 2)).toEqual(['settled-late a#2', 'plan a'])
  })

  it('starts nothing if it blocked nothing', () => {
    const scene = abandoned({ planning: 'delay', allowAbandoned: 1 })

    expect(scene.settle('a', 1)).toEqual(['settled-late a#1'])
  })

  it('does not affect a running stop', () => {
    const scene = abandoned(manual)
    scene.add('b', manual)
    scene.trigger('b')
    scene.stop()
    scene.send({ type: 'quiet' })

    expect(scene.settle('a', 1)).toEqual(['settled-late a#1'])
  })
})
