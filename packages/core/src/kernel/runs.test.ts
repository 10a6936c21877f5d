import { describe, expect, it } from 'vitest'
import { KernelScene } from '../../test/kernel-scene.ts'
import { restartPolicy } from '../../test/model/specs.ts'
import type { TaskConfig } from './state.ts'

const backoff = { initialMs: 1_000, factor: 2, maxMs: 60_000, jitter: 0 }
const manual = { planning: 'manual' } as const

function started(config: Partial<TaskConfig> = {}) {
  const scene = new KernelScene()
  scene.add('a', config)
  scene.send({ type: 'start' })
  return scene
}

const abort = { type: 'abort', task: 'a', run: 1 } as const
const unregister = { type: 'unregister', task: 'a' } as const

describe('a run that is requested while another is active', () => {
  it('is skipped', () => {
    const scene = started(manual)
    scene.trigger('a', 1)

    expect(scene.trigger('a', 2)).toEqual(['skip a overlap', 'refuse a overlap'])
  })

  it('is not refused if there is no request', () => {
    const scene = started(manual)
    scene.trigger('a', 1)

    expect(scene.trigger('a', 0)).toEqual(['skip a overlap'])
  })

  it('starts in parallel up to the limit', () => {
    const scene = started({ ...manual, overlap: 'parallel', limit: 2 })

    expect(scene.trigger('a', 1)).toEqual(['call a#1'])
    expect(scene.trigger('a', 2)).toEqual(['call a#2'])
    expect(scene.trigger('a', 3)).toEqual(['skip a overlap', 'refuse a overlap'])
  })

  it('waits in a queue of one, where the newest replaces the older', () => {
    const scene = started({ ...manual, overlap: 'queue' })
    scene.trigger('a', 1)

    expect(scene.trigger('a', 2)).toEqual([])
    expect(scene.trigger('a', 3)).toEqual(['skip a replaced', 'refuse a replaced'])
    expect(scene.settle('a', 1)).toEqual(['ended a#1 succeeded', 'call a#2'])
    expect(scene.settle('a', 2)).toEqual(['ended a#2 succeeded'])
  })

  it('aborts the older one if configured to', () => {
    const scene = started({ ...manual, overlap: 'cancel-previous' })
    scene.trigger('a', 1)

    expect(scene.trigger('a', 2)).toEqual(['abort a#1', 'arm a#1 1'])
    expect(scene.settle('a', 1)).toEqual(['arm a#1 Infinity', 'ended a#1 cancelled', 'call a#2'])
  })

  it('starts immediately if the older one was only waiting for its retry', () => {
    const scene = started({ ...manual, overlap: 'cancel-previous', retry: { times: 1, backoff } })
    scene.trigger('a', 1)
    scene.settle('a', 1, false)

    expect(scene.trigger('a', 2)).toEqual([
      'abort a#1',
      'arm a#1 Infinity',
      'ended a#1 cancelled',
      'call a#2',
    ])
  })
})

describe('a refused request', () => {
  it('gets a reason', () => {
    const paused = started(manual)
    paused.send({ type: 'pause', task: 'a', reason: undefined })
    expect(paused.trigger('a')).toEqual(['skip a paused', 'refuse a paused'])

    const leaving = started(manual)
    leaving.trigger('a')
    leaving.send(unregister)
    expect(leaving.trigger('a', 2)).toEqual(['refuse a unregistered'])

    const over = started({ planning: 'loop' })
    over.settle('a', 1)
    expect(over.trigger('a')).toEqual(['refuse a finished'])

    const gaveUp = started({ planning: 'loop' })
    gaveUp.settle('a', 1, false)
    expect(gaveUp.trigger('a')).toEqual(['refuse a finished'])

    const escalated = started({
      planning: 'loop',
      restart: restartPolicy({ budget: { restarts: 0, withinMs: 1_000 }, exhausted: 'escalate' }),
    })
    expect(escalated.settle('a', 1, false)).toEqual(['ended a#1 failed', 'gave-up a'])
    expect(escalated.trigger('a')).toEqual(['refuse a failed'])

    const quiet = new KernelScene()
    quiet.add('a', manual)
    quiet.add('b', manual)
    quiet.send({ type: 'start' })
    quiet.trigger('b')
    quiet.stop()
    quiet.send({ type: 'quiet' })
    expect(quiet.trigger('a')).toEqual(['skip a stopping', 'refuse a stopping'])

    expect(started(manual).trigger('b')).toEqual(['refuse unregistered'])
    const standby = { type: 'trigger', task: 'a', trigger: 'manual', requestId: 1, standby: true } as const
    expect(started(manual).send(standby)).toEqual(['skip a standby', 'refuse a standby'])
  })
})

describe('a run that exceeds its timeout', () => {
  it('is aborted, gets its grace period and is abandoned', () => {
    const scene = started({ ...manual, timeoutMs: 5_000 })

    expect(scene.trigger('a')).toEqual(['call a#1', 'arm a#1 5'])
    expect(scene.at(5).runDue('a', 1)).toEqual(['abort a#1', 'arm a#1 6'])
    expect(scene.at(6).runDue('a', 1)).toEqual(['ended a#1 abandoned', 'stuck a#1'])
    expect(scene.at(9).settle('a', 1)).toEqual(['settled-late a#1'])
    expect(scene.trigger('a')).toEqual(['call a#2', 'arm a#2 14'])
  })

  it('has timed out if it ends within its grace period', () => {
    const scene = started({ ...manual, timeoutMs: 5_000 })
    scene.trigger('a')
    scene.at(5).runDue('a', 1)

    expect(scene.at(5.5).settle('a', 1)).toEqual(['arm a#1 Infinity', 'ended a#1 timed-out'])
  })

  it('is armed again if its timer fired early', () => {
    const scene = started({ ...manual, timeoutMs: 5_000 })
    scene.trigger('a')

    expect(scene.at(4.999).runDue('a', 1)).toEqual(['arm a#1 5'])
  })

  it('does not block the next run if abandoned runs are allowed', () => {
    const scene = started({ ...manual, timeoutMs: 1_000, allowAbandoned: 1 })
    scene.trigger('a')
    scene.at(1).runDue('a', 1)

    expect(scene.at(2).runDue('a', 1)).toEqual(['ended a#1 abandoned'])
    expect(scene.trigger('a')).toEqual(['call a#2', 'arm a#2 3'])
  })

  it('skips slots while it is stuck', () => {
    const scene = started({ timeoutMs: 1_000, abortGraceMs: 500 })
    scene.plan('a', 0)
    scene.due('a', 0)
    scene.at(1).runDue('a', 1)
    scene.at(1.5).runDue('a', 1)

    expect(scene.at(2).due('a', 2)).toEqual(['skip a stuck', 'arm a 4'])
  })

  it('of a loop is restarted after it settled late', () => {
    const scene = started({ planning: 'loop', restart: restartPolicy(), timeoutMs: 1_000 })
    scene.at(1).runDue('a', 1)
    expect(scene.at(2).runDue('a', 1)).toEqual(['ended a#1 abandoned', 'stuck a#1'])

    expect(scene.at(3).settle('a', 1)).toEqual(['settled-late a#1', 'restart-scheduled a', 'arm a 4'])
  })
})

describe('an aborted run', () => {
  it('is cancelled whether its function succeeds or fails', () => {
    for (const ok of [true, false]) {
      const scene = started(manual)
      scene.trigger('a')
      expect(scene.send(abort)).toEqual(['abort a#1', 'arm a#1 1'])
      expect(scene.settle('a', 1, ok)).toEqual(['arm a#1 Infinity', 'ended a#1 cancelled'])
    }
  })

  it('is aborted only once', () => {
    const scene = started(manual)
    scene.trigger('a')
    scene.send(abort)

    expect(scene.send(abort)).toEqual([])
    scene.at(1).runDue('a', 1)
    expect(scene.send(abort)).toEqual([])
  })

  it('keeps the outcome of its function if the caller has aborted it', () => {
    const scene = started({ planning: 'call' })
    scene.trigger('a')
    scene.send(abort)

    expect(scene.settle('a', 1)).toEqual(['ended a#1 succeeded'])
  })

  it('that does not exist has no effects', () => {
    const scene = started(manual)
    scene.trigger('a')

    expect(scene.send({ ...abort, run: 2 })).toEqual([])
    expect(scene.settle('a', 9)).toEqual([])
    expect(scene.runDue('a', 9)).toEqual([])
  })
})

describe('a run that is ready', () => {
  const ready = { type: 'ready', task: 'a', run: 1, how: 'ready' } as const

  it('is reported once, but not after it was abandoned', () => {
    const scene = started({ ...manual, timeoutMs: 1_000 })
    scene.trigger('a')
    expect(scene.send(ready)).toEqual(['ready a#1'])
    expect(scene.send(ready)).toEqual([])

    const late = started({ ...manual, timeoutMs: 1_000 })
    late.trigger('a')
    late.at(1).runDue('a', 1)
    late.at(2).runDue('a', 1)
    expect(late.send(ready)).toEqual([])
  })
})

describe('a retry', () => {
  const retried = { ...manual, retry: { times: 2, backoff } }

  it('does not start if the predicate forbids it, and does if it says nothing', () => {
    const scene = started(retried)
    scene.trigger('a')
    const failed = { type: 'settled', task: 'a', run: 1, ok: false, predicateSaid: undefined } as const

    expect(scene.send({ ...failed, mayRetry: true })).toEqual(['retry a#1', 'arm a#1 1'])
    scene.at(1).runDue('a', 1)
    expect(scene.send({ ...failed, mayRetry: false })).toEqual(['ended a#1 failed'])
  })

  it('starts after its backoff, up to the limit', () => {
    const scene = started(retried)
    scene.trigger('a')

    expect(scene.settle('a', 1, false)).toEqual(['retry a#1', 'arm a#1 1'])
    expect(scene.at(1).runDue('a', 1)).toEqual(['call a#1', 'arm a#1 Infinity'])
    expect(scene.settle('a', 1, false)).toEqual(['retry a#1', 'arm a#1 3'])
    expect(scene.at(3).runDue('a', 1)).toEqual(['call a#1', 'arm a#1 Infinity'])
    expect(scene.settle('a', 1, false)).toEqual(['ended a#1 failed'])
  })

  it('does not follow a success or a cancelled run', () => {
    const scene = started(retried)
    scene.trigger('a')
    expect(scene.settle('a', 1)).toEqual(['ended a#1 succeeded'])

    scene.trigger('a')
    scene.send({ ...abort, run: 2 })
    expect(scene.settle('a', 2, false)).toEqual(['arm a#2 Infinity', 'ended a#2 cancelled'])
  })

  it('follows a timeout', () => {
    const scene = started({ ...retried, timeoutMs: 1_000 })
    scene.trigger('a')
    scene.at(1).runDue('a', 1)

    expect(scene.at(1.5).settle('a', 1)).toEqual(['retry a#1', 'arm a#1 2.5'])
    expect(scene.at(2.5).runDue('a', 1)).toEqual(['call a#1', 'arm a#1 3.5'])
    expect(scene.at(3).settle('a', 1)).toEqual(['arm a#1 Infinity', 'ended a#1 succeeded'])
  })

  it('must start before the next slot', () => {
    const scene = started({ planning: 'slots', retry: { times: 1, backoff } })
    scene.plan('a', 0)
    scene.due('a', 0)
    expect(scene.at(1).settle('a', 1, false)).toEqual(['ended a#1 failed'])

    scene.at(2).due('a', 2)
    expect(scene.at(2.5).settle('a', 2, false)).toEqual(['retry a#2', 'arm a#2 3.5'])
  })

  it('is not scheduled once the task is paused or the supervisor stops', () => {
    const paused = started(retried)
    paused.trigger('a')
    paused.send({ type: 'pause', task: 'a', reason: undefined })
    expect(paused.settle('a', 1, false)).toEqual(['ended a#1 failed'])

    const stopping = started(retried)
    stopping.trigger('a')
    stopping.stop()
    expect(stopping.settle('a', 1, false)).toEqual(['ended a#1 failed'])
  })

  it('that is pending ignores a settlement of the earlier attempt', () => {
    const scene = started(retried)
    scene.trigger('a')
    scene.settle('a', 1, false)

    expect(scene.settle('a', 1)).toEqual([])
  })
})

describe('a task that is unregistered', () => {
  it('is removed immediately if it has no active run', () => {
    const scene = started(manual)

    expect(scene.send(unregister)).toEqual(['task-stopped a unregistered', 'unregistered a'])
    expect(scene.state.tasks.size).toBe(0)
    expect(scene.send(unregister)).toEqual([])
  })

  it('is removed when its run has ended', () => {
    const scene = started(manual)
    scene.trigger('a')

    expect(scene.send(unregister)).toEqual(['abort a#1', 'arm a#1 1'])
    expect(scene.send(unregister)).toEqual([])
    expect(scene.settle('a', 1)).toEqual([
      'arm a#1 Infinity',
      'ended a#1 cancelled',
      'task-stopped a unregistered',
      'unregistered a',
    ])
    expect(scene.state.tasks.size).toBe(0)
  })

  it('keeps its name while an abandoned run of it has not settled', () => {
    const scene = started(manual)
    scene.trigger('a')
    scene.send(unregister)

    expect(scene.at(1).runDue('a', 1)).toEqual([
      'ended a#1 abandoned',
      'task-stopped a unregistered',
      'unregistered a',
    ])
    expect(scene.state.tasks.size).toBe(1)
    expect(scene.settle('a', 1)).toEqual(['settled-late a#1'])
    expect(scene.state.tasks.size).toBe(0)
  })

  it('accepts no more slots', () => {
    const scene = started()
    scene.trigger('a')
    scene.send(unregister)

    expect(scene.plan('a', 5)).toEqual([])
  })
})
