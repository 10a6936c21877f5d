import { every, Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { otelObserver } from '../src/index.ts'
import { MemorySdk, unregisterAll } from './memory-sdk.ts'

afterEach(unregisterAll)

async function start(tasks: number) {
  const sdk = new MemorySdk().register()
  const warnings: string[] = []
  const observer = otelObserver({ onWarning: (message) => void warnings.push(message) })
  const supervisor = new Supervisor({ clock: new VirtualClock(), observers: [observer] })
  for (let index = 0; index < tasks; index += 1) {
    supervisor.register({ name: `task-${index}`, schedule: every('1h'), run: () => {} })
  }
  await supervisor.start()
  await new Promise((resolve) => setImmediate(resolve))
  return { sdk, warnings, supervisor }
}

describe('more tasks than the metric reader has room for', () => {
  it('cause one warning with the fix at the start, before the first collection', async () => {
    const { sdk, warnings } = await start(400)

    const expected = [
      'Runwell: 400 tasks need 2000 series of runwell.task.runs, but a metric reader with a cardinality limit of 2000 ' +
        'keeps 1999 and merges the rest into otel.metric.overflow. Raise `cardinalityLimits` of the reader, and set ' +
        '`cardinalityLimit` of otelObserver to the same value.',
    ]
    expect(warnings).toEqual(expected)
    const runs = await sdk.series('runwell.task.runs')
    await sdk.collect()
    expect(warnings).toEqual(expected)
    // All series above the limit are merged into this series.
    expect(runs.filter(({ attributes }) => attributes['otel.metric.overflow'] === true)).toHaveLength(1)
  })

  it('cause no warning if there is room', async () => {
    const { sdk, warnings } = await start(399)

    const runs = await sdk.series('runwell.task.runs')
    expect(warnings).toEqual([])
    expect(runs).toHaveLength(1_995)
    expect(runs.filter(({ attributes }) => 'otel.metric.overflow' in attributes)).toEqual([])
  })
})
