import { trace } from '@opentelemetry/api'
import { every, manual, Supervisor } from '@runwell/core'
import { MemoryFleet, VirtualClock } from '@runwell/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { otelObserver } from '../src/index.ts'
import { linksOf, MemorySdk, unregisterAll } from './memory-sdk.ts'

let sdk: MemorySdk
let clock: VirtualClock
let fleet: MemoryFleet

beforeEach(() => {
  sdk = new MemorySdk().register()
  clock = new VirtualClock()
  fleet = new MemoryFleet()
})
afterEach(unregisterAll)

function supervise(name: string): Supervisor {
  const observers = [otelObserver({ exportAtStart: false })]
  return new Supervisor({ name, clock, fleet: fleet.member(), observers, env: {} })
}

describe('a run of a fleet', () => {
  it('has a span with a link to the span that triggered it in another process', async () => {
    const [asking, running] = [supervise('asking'), supervise('running')]
    const task = { name: 'mail', scope: 'service', schedule: manual(), run: () => {} } as const
    asking.register({ ...task, enabled: () => false })
    running.register(task)
    await Promise.all([asking.start(), running.start()])
    await clock.advance('1s')

    const answer = trace.getTracer('app').startActiveSpan('request', (span) => {
      const asked = asking.task('mail')?.trigger()
      span.end()
      return asked
    })
    await clock.advance('3s')

    expect(await answer).toMatchObject({ started: true })
    const { traceId, spanId } = sdk.span('request').spanContext()
    expect(linksOf(sdk.span('run mail'))['trigger']).toMatchObject({ traceId, spanId })
  })

  it('is counted once, in the process that ran it', async () => {
    const processes = [supervise('one'), supervise('two')]
    for (const supervisor of processes) {
      supervisor.register({ name: 'poll', scope: 'service', schedule: every('1s'), run: () => {} })
      await supervisor.start()
    }
    await clock.advance('4500ms')

    const started = processes.map((supervisor) => supervisor.task('poll')?.metrics().started ?? 0)
    expect(started[0]).toBeGreaterThan(0)
    expect(started[1]).toBeGreaterThan(0)
    expect(sdk.spans.filter(({ name }) => name === 'run poll')).toHaveLength(
      (started[0] ?? 0) + (started[1] ?? 0),
    )
    expect((started[0] ?? 0) + (started[1] ?? 0)).toBe(5)
  })
})

describe('metrics of a fleet', () => {
  it('say who took over a run, who lost it, and who reaches the store', async () => {
    const members = [fleet.member(), fleet.member()] as const
    const supervisors = members.map((member, at) => {
      const observers = [otelObserver({ exportAtStart: false })]
      return new Supervisor({ name: `p${at}`, clock, fleet: member, observers, env: {} })
    })
    for (const supervisor of supervisors) {
      supervisor.register({
        name: 'nightly',
        scope: 'service',
        schedule: every('1h'),
        run: ({ attempt, sleep }) => (attempt === 1 ? sleep('2h') : undefined),
      })
      await supervisor.start()
    }
    await clock.advance('1h')
    const isFirst = supervisors[0]?.task('nightly')?.metrics().started === 1
    const [loser, winner] = isFirst ? ['p0', 'p1'] : ['p1', 'p0']
    const frozen = members[isFirst ? 0 : 1]
    fleet.freeze(frozen)
    await clock.advance('5m')
    fleet.thaw(frozen)
    await clock.advance('1s')
    await sdk.collect()

    const by = (name: string) => `supervisor.name=${name}`
    expect(await sdk.points('runwell.fleet.takeovers')).toEqual({ [by(loser)]: 0, [by(winner)]: 1 })
    expect(await sdk.points('runwell.fleet.lost_leases')).toEqual({ [by(loser)]: 1, [by(winner)]: 0 })
    expect(await sdk.points('runwell.fleet.up')).toEqual({ [by(loser)]: 1, [by(winner)]: 1 })
    fleet.storeDown()
    await clock.advance('1s')
    expect(await sdk.points('runwell.fleet.up')).toEqual({ [by(loser)]: 0, [by(winner)]: 0 })
  })

  it('do not exist without a fleet', async () => {
    const supervisor = new Supervisor({ clock, observers: [otelObserver({ exportAtStart: false })], env: {} })
    supervisor.register({ name: 'poll', schedule: every('1s'), run: () => {} })
    await supervisor.start()

    expect(await sdk.points('runwell.fleet.up')).toEqual({})
  })
})
