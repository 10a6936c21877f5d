import { expect, it } from 'vitest'
import { manual, Supervisor } from '../../src/index.ts'
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
