import { describe, expect, it } from 'vitest'
import { newestRun } from '../../test/kernel-effects.ts'
import { KernelScene } from '../../test/kernel-scene.ts'
import type { TaskConfig } from './state.ts'

function started(config: Partial<TaskConfig>) {
  const scene = new KernelScene()
  scene.add('a', config)
  scene.send({ type: 'start' })
  scene.plan('a', 0)
  return scene
}

describe('a slot', () => {
  it('that is queued is reported as skipped when its task is unregistered', () => {
    const scene = started({ overlap: 'queue' })
    scene.due('a', 0)
    scene.at(2).due('a', 2)

    expect(scene.send({ type: 'unregister', task: 'a' })).toEqual([
      'arm a Infinity',
      'skip a stopping',
      'abort a#1',
      'arm a#1 3',
    ])
  })

  it('that was missed and waits is reported as skipped when an abandoned run blocks it', () => {
    const scene = started({ misfire: { all: 2 }, catchUpMs: 10_000, timeoutMs: 1_000 })
    scene.at(2).due('a', 0, 2)
    scene.at(3).runDue('a', 1)

    expect(scene.at(4).runDue('a', 1)).toEqual(['ended a#1 abandoned', 'stuck a#1', 'skip a stuck'])
  })

  it('does not run if it was computed before the pending slot was moved', () => {
    const scene = started({ catchUpMs: 10_000 })
    scene.at(1).plan('a', 1, true)

    expect(scene.due('a', 0)).toEqual(['arm a 1'])
    expect(scene.due('a', 1)).toContain('call a#1')
  })

  it('of a fixed delay is cancelled when a manual run has ended, until it is planned again', () => {
    const scene = new KernelScene()
    scene.add('a', { planning: 'delay' })
    scene.send({ type: 'start' })
    scene.plan('a', 5)
    scene.trigger('a')

    expect(scene.at(1).settle('a', 1)).toEqual(['ended a#1 succeeded', 'arm a Infinity', 'plan a'])
  })
})

describe('missed slots', () => {
  it('run up to the limit of misfire `all`', () => {
    const scene = started({ misfire: { all: 1 }, catchUpMs: 10_000 })

    expect(scene.at(4).due('a', 0, 2, 4)).toEqual(['miss a ×2', 'arm a 6', 'call a#1'])
  })

  it('wait up to the same limit, however often slots are missed', () => {
    const scene = started({ misfire: { all: 2 }, catchUpMs: 10_000 })
    scene.at(2).due('a', 0, 2)
    scene.at(6).due('a', 4, 6)

    expect(scene.at(10).due('a', 8, 10)).toEqual(['skip a overlap', 'skip a overlap', 'arm a 12'])
  })
})

describe('slots that are due together', () => {
  it('are reported together if none of them may run', () => {
    const scene = started({ timeoutMs: 1_000 })
    scene.due('a', 0)
    scene.at(1).runDue('a', 1)
    scene.at(2).runDue('a', 1)

    expect(scene.at(4).due('a', 2, 4)).toEqual(['skip a stuck', 'arm a 6'])
  })

  it('run only if they are not too late by now', () => {
    const scene = started({ misfire: { all: 3 }, catchUpMs: 2_000 })

    expect(scene.at(5).due('a', 0, 2, 4)).toEqual(['miss a ×2', 'arm a 6', 'call a#1'])
    expect(newestRun(scene, 'a')).toMatchObject({ trigger: 'schedule', slot: 4_000, trial: false })
  })

  it('all start if overlap allows it', () => {
    const scene = started({ misfire: { all: 3 }, catchUpMs: 10_000, overlap: 'parallel', limit: 3 })

    expect(scene.at(4).due('a', 0, 2, 4)).toEqual(['arm a 6', 'call a#1', 'call a#2', 'call a#3'])
  })

  it('run in order even if the first one ended a run immediately that was waiting for its retry', () => {
    const backoff = { initialMs: 5_000, factor: 1, maxMs: 5_000, jitter: 0 }
    const scene = started({
      misfire: { all: 2 },
      catchUpMs: 10_000,
      overlap: 'cancel-previous',
      retry: { times: 1, backoff },
    })
    scene.trigger('a')
    scene.plan('a', 8)
    scene.settle('a', 1, false)

    scene.at(10).due('a', 8, 10)
    expect(newestRun(scene, 'a')).toMatchObject({ id: 2, slot: 8_000 })
    scene.settle('a', 2)
    expect(newestRun(scene, 'a')).toMatchObject({ id: 3, slot: 10_000 })
  })

  it('wait up to the limit, and the oldest one is skipped', () => {
    const scene = started({ misfire: { all: 2 }, catchUpMs: 10_000 })
    scene.at(2).due('a', 0, 2)

    expect(scene.at(6).due('a', 4, 6)).toEqual(['skip a overlap', 'arm a 8'])
    expect(scene.state.tasks.get('a')?.backlog).toEqual([4_000, 6_000])
  })

  it('all wait for an active run, where a slot alone is skipped', () => {
    const scene = started({ misfire: { all: 3 }, catchUpMs: 10_000 })
    scene.due('a', 0)
    expect(scene.at(2).due('a', 2)).toContain('skip a overlap')

    expect(scene.at(6).due('a', 4, 6)).toEqual(['arm a 8'])
    scene.settle('a', 1)
    expect(newestRun(scene, 'a')).toMatchObject({ id: 2, slot: 4_000 })
    scene.settle('a', 2)
    expect(newestRun(scene, 'a')).toMatchObject({ id: 3, slot: 6_000 })
  })

  it('do not start a manual restart before the run that it ends has ended', () => {
    const scene = started({ misfire: { all: 3 }, catchUpMs: 10_000, overlap: 'parallel', limit: 4 })
    scene.due('a', 0)
    scene.at(1).send({ type: 'restart', task: 'a', cause: 'manual', requestId: 1, progress: false })

    expect(scene.at(4).due('a', 2, 4)).toEqual(['arm a 6', 'call a#2', 'call a#3'])
    expect(scene.settle('a', 1)).toContain('call a#4')
    expect(newestRun(scene, 'a')?.trigger).toBe('restart')
  })
})

describe('a slot of a priority class that a stop has not reached', () => {
  it('is not planned once the supervisor is quiet', () => {
    const scene = new KernelScene()
    scene.add('a', { priority: 'high' })
    scene.add('b', { planning: 'manual', priority: 'low' })
    scene.send({ type: 'start' })
    scene.trigger('b')
    scene.stop()
    scene.send({ type: 'quiet' })

    expect(scene.state.tasks.get('a')?.mode).toBe('armed')
    expect(scene.plan('a', 4)).toEqual([])
  })
})
