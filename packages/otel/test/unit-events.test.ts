import { loop, manual, Supervisor } from '@runwell/core'
import { recordEvents, VirtualClock } from '@runwell/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { otelObserver, runLogFields } from '../src/index.ts'
import { MemorySdk, unregisterAll } from './memory-sdk.ts'

let sdk: MemorySdk

beforeEach(() => {
  sdk = new MemorySdk().register()
})
afterEach(unregisterAll)

describe('the event of a unit', () => {
  it.each(['loop', 'manual'] as const)('of a %s task has the ids of the span of the unit', async (kind) => {
    const clock = new VirtualClock()
    const events = recordEvents()
    const supervisor = new Supervisor({ clock, observers: [otelObserver({ exportAtStart: false }), events] })
    const inUnits: unknown[] = []
    const task = supervisor.register({
      name: 'orders',
      schedule: kind === 'loop' ? loop() : manual(),
      run: async ({ each, annotate, sleep }) => {
        await each(
          [1, 2, 3],
          async (item) => {
            annotate({ last: String(item) })
            inUnits.push(runLogFields())
            await sleep(10)
            if (item === 2) throw new Error('refused')
          },
          { concurrency: 3 },
        )
        await sleep('1h')
      },
    })
    await supervisor.start()
    if (kind === 'manual') void task.trigger()
    await clock.advance('1s')

    const ended = events.of('unit.ended')
    expect(ended.map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed', 'succeeded'])
    expect(inUnits).toHaveLength(3)
    expect(ended.map(({ annotations }) => annotations)).toEqual(
      inUnits.map((ids) => ({ last: '3', ...(ids as object) })),
    )
    const spans = sdk.spans.filter(({ name }) => name.startsWith('unit orders'))
    expect(ended.map(({ annotations }) => annotations?.['span_id'])).toEqual(
      spans.map((span) => span.spanContext().spanId),
    )

    const stopped = supervisor.stop()
    await clock.advance('1m')
    await stopped
    // The run still has the ids of its span.
    const run = sdk.span(kind === 'loop' ? 'start orders' : 'run orders')
    expect(events.of('run.ended')[0]?.annotations?.['span_id']).toBe(run.spanContext().spanId)
  })
})
