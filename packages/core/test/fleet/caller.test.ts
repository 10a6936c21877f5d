import { expect, it } from 'vitest'
import { manual, type RunContext, Supervisor, type SupervisorEvent } from '../../src/index.ts'
import { MemoryFleet, VirtualClock } from '../../src/testing/index.ts'

it('an observer gets the texts that it captured of a caller in another process', async () => {
  const clock = new VirtualClock()
  const fleet = new MemoryFleet()
  const got: unknown[] = []
  const started = ['caller', 'runner'].map(async (process) => {
    const observer = {
      name: 'tracer',
      captureCaller: (asTexts?: boolean) => (asTexts ? { trace: `${process}-1`, ignored: 5 } : process),
      aroundRun: (_scope: unknown, next: () => unknown, caller?: unknown) => {
        got.push([process, caller])
        next()
      },
    }
    const broken = {
      ...observer,
      name: 'broken',
      captureCaller: () => {
        throw new Error('no context')
      },
    }
    const silent = { ...observer, name: 'silent', captureCaller: () => undefined, aroundRun: undefined }
    const observers = [
      observer,
      { ...broken, aroundRun: undefined, onEvent: () => {} },
      { ...silent, onEvent: () => {} },
    ]
    const supervisor = new Supervisor({
      clock,
      fleet: fleet.member(),
      observers: observers as never,
      env: {},
    })
    const enabled = () => process === 'runner'
    supervisor.register({ name: 'a', scope: 'service', schedule: manual(), enabled, run: () => {} })
    await supervisor.start()
    return supervisor
  })
  const [caller] = await Promise.all(started)
  await clock.advance('1s')
  const answer = caller?.task('a')?.trigger()
  await clock.advance('3s')

  expect(await answer).toMatchObject({ started: true, outcome: 'succeeded' })
  expect(got).toEqual([['runner', { trace: 'caller-1' }]])
})

it('a trigger that is refused has an event in the process that was asked, whoever refuses it', async () => {
  const clock = new VirtualClock()
  const fleet = new MemoryFleet()
  const recorders = await Promise.all(
    ['caller', 'runner'].map(async (process) => {
      const skipped: unknown[] = []
      const observer = {
        name: 'recorder',
        onEvent: (event: SupervisorEvent) => {
          if (event.type === 'run.skipped') skipped.push([event.reason, event.count, event.scheduledAt])
        },
      }
      const supervisor = new Supervisor({ clock, fleet: fleet.member(), observers: [observer], env: {} })
      const enabled = () => process === 'runner'
      const run = ({ sleep }: RunContext) => sleep('1m')
      const task = supervisor.register({ name: 'a', scope: 'service', schedule: manual(), enabled, run })
      await supervisor.start()
      return { skipped, task }
    }),
  )
  const [caller, runner] = recorders
  await clock.advance('1s')
  void caller?.task.trigger()
  await clock.advance('3s')
  const second = caller?.task.trigger()
  await clock.advance('3s')
  expect(await second).toEqual({ started: false, reason: 'overlap' })
  caller?.task.pause()
  expect(await caller?.task.trigger()).toEqual({ started: false, reason: 'paused' })

  expect(caller?.skipped).toEqual([
    ['overlap', 1, undefined],
    ['paused', 1, undefined],
  ])
  expect(runner?.skipped).toEqual([])
})
