import { describe, expect, it } from 'vitest'
import { effectsOf, newestRun } from '../../test/kernel-effects.ts'
import { KernelScene } from '../../test/kernel-scene.ts'
import { restartPolicy } from '../../test/model/specs.ts'
import type { TaskConfig } from './state.ts'

const backoff = { initialMs: 1_000, factor: 1, maxMs: 1_000, jitter: 0 }
const retry = { times: 1, backoff }
const manual = { kind: 'manual' } as const
const loop = { kind: 'loop', restart: restartPolicy() } as const
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

/** A task whose runs 1 to `count` were told to end after a second, and are abandoned since the next. */
function abandoned(config: Partial<TaskConfig>, count = 1) {
  const scene = started({ timeoutMs: 1_000, ...config })
  const runs = Array.from({ length: count }, (_, index) => index + 1)
  if (config.kind !== 'loop') for (const run of runs) scene.trigger('a', run)
  for (const run of runs) scene.at(1).runDue('a', run)
  for (const run of runs) scene.at(2).runDue('a', run)
  return scene
}

function settled(ok: boolean, predicateSaid?: boolean) {
  return { type: 'settled', task: 'a', run: 1, ok, predicateSaid } as const
}

describe('a run that cancels the previous one', () => {
  it('has the slots that wait told as replaced', () => {
    const scene = started({ overlap: 'cancel-previous', misfire: { all: 2 }, catchUpMs: 10_000 })
    scene.plan('a', 0)
    scene.at(2).due('a', 0, 2)

    expect(scene.trigger('a')).toEqual(['skip a replaced', 'abort a#1', 'arm a#1 3'])
    expect(newestRun(scene, 'a')?.abortedFor).toBe('replaced')
  })

  it('takes the place of the one that waits, also when the previous one ends at once', () => {
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

describe('a slot that waits in vain', () => {
  it('is told as one, with its time', () => {
    const scene = started({ overlap: 'queue', misfire: { all: 2 }, catchUpMs: 10_000 })
    scene.plan('a', 0)
    scene.at(2).due('a', 0, 2)

    const told = effectsOf(scene, unregister).filter((effect) => effect.do !== 'arm' && effect.do !== 'abort')
    expect(told).toEqual([
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

describe('a run by hand', () => {
  it('of a loop that is parked is its trial, and parks it anew when it fails', () => {
    const policy = restartPolicy({ budget: { restarts: 1, withinMs: 3_000 } })
    const scene = started({ kind: 'loop', restart: policy })
    expect(newestRun(scene, 'a')?.trial).toBe(false)
    scene.settle('a', 1, false)
    scene.at(1).runDue('a', 0)
    expect(newestRun(scene, 'a')).toMatchObject({ id: 2, trigger: 'restart', slot: undefined, trial: false })
    expect(scene.settle('a', 2, false)).toContain('parked a')

    scene.at(9).trigger('a')
    expect(newestRun(scene, 'a')).toMatchObject({ id: 3, trigger: 'manual', trial: true })
    expect(scene.settle('a', 3, false)).toContain('parked a')
  })

  it('takes nobody else a place among the restarts', () => {
    const scene = started(loop)
    scene.add('b', manual)
    scene.settle('a', 1, false)
    scene.trigger('b')

    expect(scene.state.restartTimes).toEqual([1_000])
  })
})

describe('a loop whose run took too long', () => {
  it('starts again for that reason, though the run returned when it was told to end', () => {
    const scene = started({
      kind: 'loop',
      restart: restartPolicy({ mode: 'on-failure' }),
      timeoutMs: 1_000,
    })
    scene.at(1).runDue('a', 1)

    expect(effectsOf(scene, settled(true))).toContainEqual(
      expect.objectContaining({ do: 'restart-scheduled', cause: 'timed-out' }),
    )
  })

  it('starts again for that it is stuck, at once where that is allowed for', () => {
    const scene = started({ ...loop, timeoutMs: 1_000, allowAbandoned: 1 })
    scene.at(1).runDue('a', 1)

    const due = { type: 'due', task: 'a', run: 1, slots: undefined } as const
    expect(effectsOf(scene.at(2), due)).toContainEqual(
      expect.objectContaining({ do: 'restart-scheduled', cause: 'stuck' }),
    )
    expect(scene.at(2.5).settle('a', 1)).toEqual(['settled-late a#1'])
  })

  it('starts again for that it was stuck, when it is no more', () => {
    const scene = abandoned(loop)

    expect(effectsOf(scene, settled(true))).toContainEqual(
      expect.objectContaining({ do: 'restart-scheduled', cause: 'stuck' }),
    )
  })
})

describe('a loop whose abandoned run settles long after', () => {
  const budget = { restarts: 1, withinMs: 30_000 }
  const growing = { ...backoff, factor: 2, maxMs: 8_000 }
  const restart = restartPolicy({ backoff: growing, stableAfterMs: 10_000, budget })

  /** The first run fails at once. The second, begun a second later, is abandoned after `seconds`, and settles after a minute more. */
  function settledLate(seconds: number) {
    const scene = started({ kind: 'loop', restart, timeoutMs: 8_000, abortGraceMs: seconds * 1_000 - 8_000 })
    scene.settle('a', 1, false)
    scene.at(1).runDue('a', 0)
    scene.at(9).runDue('a', 2)
    scene.at(1 + seconds).runDue('a', 2)
    return effectsOf(scene.at(61 + seconds), { ...settled(false), run: 2 })
  }

  it('was no good one for what it lived on for', () => {
    expect(settledLate(9)).toContainEqual(
      expect.objectContaining({ do: 'restart-scheduled', cause: 'stuck', delayMs: 2_000, streak: 1 }),
    )
  })

  it('was a good one if it was so when it was abandoned', () => {
    expect(settledLate(10)).toContainEqual(
      expect.objectContaining({ do: 'restart-scheduled', cause: 'stuck', delayMs: 1_000, streak: 0 }),
    )
  })
})

describe('a loop whose run a rule has told to end, and that is abandoned', () => {
  it('starts again for what the rule said', () => {
    const scene = started({ ...loop, allowAbandoned: 1 })
    scene.send(byRule)

    const due = { type: 'due', task: 'a', run: 1, slots: undefined } as const
    expect(effectsOf(scene.at(1), due)).toContainEqual(
      expect.objectContaining({ do: 'restart-scheduled', cause: 'unhealthy' }),
    )
  })

  it('starts again for that also when it had to wait for its end', () => {
    const scene = started(loop)
    scene.send(byRule)
    scene.at(1).runDue('a', 1)

    expect(effectsOf(scene, settled(true))).toContainEqual(
      expect.objectContaining({ do: 'restart-scheduled', cause: 'unhealthy' }),
    )
  })
})

describe('a loop that is told to end between two attempts', () => {
  it('starts again for what it has thrown', () => {
    const scene = started({ kind: 'loop', restart: restartPolicy({ mode: 'on-failure' }), retry })
    scene.settle('a', 1, false)

    const told = effectsOf(scene, abort)
    expect(told).toContainEqual(expect.objectContaining({ do: 'restart-scheduled', cause: 'threw' }))
    expect(told[0]).toMatchObject({ do: 'abort', run: { abortedFor: 'asked' } })
  })

  it('starts again for what a rule said, if it was a rule that told it', () => {
    const scene = started({ ...loop, retry })
    scene.settle('a', 1, false)

    expect(effectsOf(scene, byRule)).toContainEqual(
      expect.objectContaining({ do: 'restart-scheduled', cause: 'unhealthy' }),
    )
  })
})

describe('a task that runs once', () => {
  it('has not finished because a run of it is abandoned, nor when that settles', () => {
    const scene = started({ kind: 'once', timeoutMs: 1_000, allowAbandoned: 1 })
    scene.plan('a', 0)
    scene.due('a', 0)
    scene.at(1).runDue('a', 1)
    expect(scene.at(2).runDue('a', 1)).toEqual(['ended a#1 abandoned'])

    const stuck = started({ kind: 'once', timeoutMs: 1_000 })
    stuck.plan('a', 0)
    stuck.due('a', 0)
    stuck.at(1).runDue('a', 1)
    stuck.at(2).runDue('a', 1)
    expect(stuck.settle('a', 1)).toEqual(['settled-late a#1'])
  })
})

describe('an abandoned run that settles', () => {
  it('frees the name of a task that has left when it is the last', () => {
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

  it('frees no name while another run has no outcome', () => {
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

  it('tells nothing more of a task that has left, though one more is left', () => {
    const scene = abandoned({ ...manual, ...parallel, allowAbandoned: 1 }, 2)
    scene.send(unregister)

    expect(scene.settle('a', 1)).toEqual(['settled-late a#1'])
  })

  it('lets the next begin when no more block it than are allowed for', () => {
    const scene = abandoned({ kind: 'delay', ...parallel }, 2)

    expect(scene.settle('a', 1)).toEqual(['settled-late a#1'])
    expect(scene.settle('a', 2)).toEqual(['settled-late a#2', 'plan a'])
  })

  it('begins nothing where it blocked nothing', () => {
    const scene = abandoned({ kind: 'delay', allowAbandoned: 1 })

    expect(scene.settle('a', 1)).toEqual(['settled-late a#1'])
  })

  it('says nothing about a stop that goes on', () => {
    const scene = abandoned(manual)
    scene.add('b', manual)
    scene.trigger('b')
    scene.stop()
    scene.send({ type: 'quiet' })

    expect(scene.settle('a', 1)).toEqual(['settled-late a#1'])
  })
})
