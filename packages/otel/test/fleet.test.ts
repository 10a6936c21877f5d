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
  it('has a span with a link to the span that asked for it in another process', async () => {
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
