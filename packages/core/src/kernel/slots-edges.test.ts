import { describe, expect, it } from 'vitest'
import { KernelScene } from '../../test/kernel-scene.ts'
import { restartPolicy } from '../../test/model/specs.ts'
import { type KernelTask, runsOf, type TaskConfig } from './state.ts'

function started(config: Partial<TaskConfig> = {}) {
  const scene = new KernelScene()
  scene.add('a', config)
  scene.send({ type: 'start' })
  return scene
}

function planned(config: Partial<TaskConfig> = {}) {
  const scene = started(config)
  scene.plan('a', 0)
  return scene
}

describe('a planned slot', () => {
  it('is armed once', () => {
    const scene = started()

    expect(scene.plan('a', 3)).toEqual(['arm a 3'])
    expect(scene.plan('a', 3)).toEqual([])
  })

  it('is ignored if it was already decided, unless the schedule starts again', () => {
    const scene = planned()
    scene.due('a', 0)

    expect(scene.plan('a', 0)).toEqual([])
    expect(scene.plan('a', 0, true)).toEqual(['arm a 0'])
  })

  it('may be undefined', () => {
    const scene = started()
    scene.plan('a', 3)
    const none = { type: 'slot-planned', task: 'a', slot: undefined, dueAt: 7, lastSlot: undefined } as const

    expect(scene.send(none)).toEqual(['arm a Infinity'])
  })

  it('is ignored before the task has started and after it has finished', () => {
    const fresh = new KernelScene()
    fresh.add('a')
    expect(fresh.plan('a', 3)).toEqual([])

    const over = started({ planning: 'once' })
    over.plan('a', 0)
    over.due('a', 0)
    over.settle('a', 1)
    expect(over.plan('a', 3)).toEqual([])
  })

  it('is ignored once the supervisor is quiet', () => {
    const scene = new KernelScene()
    scene.add('a')
    scene.add('b', { planning: 'manual' })
    scene.send({ type: 'start' })
    scene.trigger('b')
    scene.stop()
    expect(scene.plan('a', 3)).toEqual(['arm a 3'])

    expect(scene.send({ type: 'quiet' })).toContain('arm a Infinity')
    expect(scene.plan('a', 4)).toEqual([])
  })
})

describe('missed slots', () => {
  it('are the older ones, while the newest one runs', () => {
    const scene = planned()

    expect(scene.at(5).due('a', 0, 2, 4)).toEqual(['miss a ×2', 'arm a 6', 'call a#1'])
  })

  it('include the newest one if it is later than catch-up allows', () => {
    expect(planned({ catchUpMs: 1_000 }).at(1).due('a', 0)).toContain('call a#1')
    expect(planned({ catchUpMs: 1_000 }).at(1.001).due('a', 0)).toEqual(['miss a ×1', 'arm a 2'])
  })

  it('run under misfire skip only if they are slightly late', () => {
    const skip = { misfire: 'skip', catchUpMs: 500 } as const

    expect(planned(skip).at(0.5).due('a', 0)).toContain('call a#1')
    expect(planned(skip).at(0.501).due('a', 0)).toEqual(['miss a ×1', 'arm a 2'])
    expect(planned(skip).at(4).due('a', 0, 2, 4)).toContain('miss a ×2')
  })

  it('run one after another under misfire all if they are not too late', () => {
    const scene = planned({ misfire: { all: 3 }, catchUpMs: 2_000 })

    expect(scene.at(4).due('a', 0, 2, 4)).toEqual(['miss a ×1', 'arm a 6', 'call a#1'])
    expect(scene.settle('a', 1)).toEqual(['ended a#1 succeeded', 'call a#2'])
    expect(scene.settle('a', 2)).toEqual(['ended a#2 succeeded'])
  })

  it('run in parallel if overlap allows it', () => {
    const scene = planned({
      misfire: { all: 3 },
      catchUpMs: 10_000,
      overlap: 'parallel',
      limit: 2,
    })

    const effects = scene.at(4).due('a', 0, 2, 4)
    expect(effects.filter((text) => text.startsWith('call'))).toEqual(['call a#1', 'call a#2'])
    expect(scene.settle('a', 1)).toEqual(['ended a#1 succeeded', 'call a#3'])
  })
})

describe('three late slots of misfire all that come during a run', () => {
  const inOrder = [['call a#2 for 2'], ['call a#3 for 4'], ['call a#4 for 6'], []]

  it.each<[string, Partial<TaskConfig>, string[], string[][]]>([
    ['skip: wait for the run, then run in order', { overlap: 'skip' }, [], inOrder],
    ['queue: wait for the run, then run in order', { overlap: 'queue' }, [], inOrder],
    [
      'cancel-previous: abort the run, and run in order when it has ended',
      { overlap: 'cancel-previous' },
      ['abort a#1 replaced'],
      inOrder,
    ],
    [
      'parallel at its limit: wait for the run, then run in order',
      { overlap: 'parallel', limit: 1 },
      [],
      inOrder,
    ],
    [
      'parallel below its limit: run at once up to the limit, and the others wait',
      { overlap: 'parallel', limit: 3 },
      ['call a#2 for 2', 'call a#3 for 4'],
      [['call a#4 for 6'], [], [], []],
    ],
  ])('with overlap %s', (_, config, atOnce, onEnds) => {
    const scene = planned({ misfire: { all: 3 }, catchUpMs: 10_000, ...config })
    const runs = () => runsOf(scene.state.tasks.get('a') as KernelTask)
    const told = (effects: readonly string[]): string[] =>
      effects
        .filter((text) => /^(call|abort|skip|miss)/.test(text))
        .map((text) => {
          const run = runs().find(({ id }) => text.endsWith(`a#${id}`))
          return text.startsWith('call')
            ? `${text} for ${Number(run?.slot) / 1_000}`
            : `${text} ${run?.abortedFor}`
        })
    scene.due('a', 0)

    expect(told(scene.at(6).due('a', 2, 4, 6))).toEqual(atOnce)
    expect([1, 2, 3, 4].map((run) => told(scene.settle('a', run)))).toEqual(onEnds)
  })
})

it('a trigger replaces all late slots that wait with overlap cancel-previous', () => {
  const scene = planned({ misfire: { all: 3 }, catchUpMs: 10_000, overlap: 'cancel-previous' })
  scene.due('a', 0)
  scene.at(6).due('a', 2, 4, 6)

  expect(scene.trigger('a')).toEqual(['skip a replaced', 'skip a replaced', 'skip a replaced'])
  expect(scene.settle('a', 1)).toEqual(['arm a#1 Infinity', 'ended a#1 cancelled', 'call a#2'])
  expect(scene.settle('a', 2)).toEqual(['ended a#2 succeeded'])
})

describe('a task on standby', () => {
  it('skips its slot and is marked as on standby', () => {
    const scene = planned()
    const slots = {
      count: 1,
      atLeast: false,
      oldest: 0,
      newest: 0,
      recent: [0],
      lateMs: 0,
      next: 2_000,
      nextDueAt: 2_000,
      standby: true,
      jumpedOver: false,
    }

    expect(scene.send({ type: 'due', task: 'a', run: 0, slots })).toEqual(['skip a standby', 'arm a 2'])
    expect(scene.state.tasks.get('a')?.standby).toBe(true)
    scene.at(2).due('a', 2)
    expect(scene.state.tasks.get('a')?.standby).toBe(false)
  })
})

describe('a timer', () => {
  it('that fires too early is armed again', () => {
    const scene = started()
    scene.plan('a', 3)

    expect(scene.at(2).due('a', 3)).toEqual(['arm a 3'])
  })

  it('without slots decides nothing', () => {
    const scene = planned()

    expect(scene.runDue('a', 0)).toEqual(['arm a 0'])
  })

  it('ends a backoff exactly on time', () => {
    const scene = started({ planning: 'loop', restart: restartPolicy() })
    scene.settle('a', 1, false)

    expect(scene.at(0.999).runDue('a', 0)).toEqual(['arm a 1'])
    expect(scene.at(1).runDue('a', 0)).toEqual(['arm a Infinity', 'call a#2'])
    expect(scene.state.tasks.get('a')?.ledger).toMatchObject({ streak: 1, total: 1, log: [1_000] })
  })

  it('starts the trial of a parked task', () => {
    const policy = restartPolicy({
      budget: { restarts: 1, withinMs: 3_000 },
      park: { firstMs: 5_000, maxMs: 9_000 },
    })
    const scene = started({ planning: 'loop', restart: policy })
    scene.settle('a', 1, false)
    scene.at(1).runDue('a', 0)
    expect(scene.settle('a', 2, false)).toEqual(['ended a#2 failed', 'parked a', 'arm a 6'])

    expect(scene.at(6).runDue('a', 0)).toEqual(['arm a Infinity', 'call a#3'])
    expect(scene.settle('a', 3, false)).toEqual(['ended a#3 failed', 'parked a', 'arm a 15'])
  })
})

describe('a fixed delay', () => {
  it('counts from the end of a run and is planned immediately if nothing runs', () => {
    const scene = planned({ planning: 'delay' })

    expect(scene.due('a', 0)).toEqual(['arm a 2', 'call a#1'])
    expect(scene.at(1).settle('a', 1)).toEqual(['ended a#1 succeeded', 'arm a Infinity', 'plan a'])
  })

  it('is planned again when its slot was missed', () => {
    const scene = planned({ planning: 'delay', catchUpMs: 1_000 })

    expect(scene.at(5).due('a', 0)).toEqual(['miss a ×1', 'arm a Infinity', 'plan a'])
  })
})

describe('a task that runs once', () => {
  it('does not finish after a failed run or by a manual run while a slot is pending', () => {
    const scene = planned({ planning: 'once' })
    scene.due('a', 0)
    expect(scene.settle('a', 1, false)).toEqual(['ended a#1 failed'])

    scene.trigger('a')
    expect(scene.settle('a', 2)).toEqual(['ended a#2 succeeded'])
    expect(scene.state.tasks.get('a')?.mode).toBe('armed')
  })
})

describe('a loop that ends', () => {
  it('gives up if its policy says so', () => {
    const policy = (exhausted: 'stop' | 'escalate') =>
      restartPolicy({ budget: { restarts: 0, withinMs: 1_000 }, exhausted })

    expect(started({ planning: 'loop', restart: policy('stop') }).settle('a', 1, false)).toEqual([
      'ended a#1 failed',
      'gave-up a',
      'task-stopped a gave-up',
    ])
    const failed = started({ planning: 'loop', restart: policy('escalate') })
    expect(failed.settle('a', 1, false)).toEqual(['ended a#1 failed', 'gave-up a'])
    expect(failed.send({ type: 'unregister', task: 'a' })).toEqual(['unregistered a'])
  })

  it('keeps a distance from the restarts of other loops', () => {
    const scene = new KernelScene()
    for (const name of ['a', 'b']) scene.add(name, { planning: 'loop', restart: restartPolicy() })
    scene.send({ type: 'start' })

    expect(scene.settle('a', 1, false)).toContain('arm a 1')
    expect(scene.settle('b', 2, false)).toContain('arm b 1.1')
    expect(scene.state.restartTimes).toEqual([1_000, 1_100])
  })
})
