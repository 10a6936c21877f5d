import { every, Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { otelObserver } from '../src/index.ts'
import { MemorySdk, unregisterAll } from './memory-sdk.ts'

afterEach(unregisterAll)

async function start(tasks: number) {
  const sdk = new MemorySdk().register()
  const told: string[] = []
  const observer = otelObserver({ warn: (sentence) => void told.push(sentence) })
  const supervisor = new Supervisor({ clock: new VirtualClock(), observers: [observer] })
  for (let index = 0; index < tasks; index += 1) {
    supervisor.register({ name: `task-${index}`, schedule: every('1h'), run: () => {} })
  }
  await supervisor.start()
  await new Promise((resolve) => setImmediate(resolve))
  return { sdk, told, supervisor }
}

describe('more tasks than the metric reader has room for', () => {
  it('are told of at the start, once, with the cure, before the reader has been asked for anything', async () => {
    const { sdk, told } = await start(400)

    const sentence = [
      'Runwell: 400 tasks need 2000 series of runwell.task.runs, and a metric reader with a limit of 2000 keeps 1999: the ' +
        'rest falls into one series named otel.metric.overflow. Set `cardinalityLimits` of the reader higher, and tell ' +
        'otelObserver by `cardinalityLimit` that you did.',
    ]
    expect(told).toEqual(sentence)
    const runs = await sdk.series('runwell.task.runs')
    await sdk.collect()
    expect(told).toEqual(sentence)
    // And what it says is so.
    expect(runs.filter(({ attributes }) => attributes['otel.metric.overflow'] === true)).toHaveLength(1)
  })

  it('are not told of where there is room', async () => {
    const { sdk, told } = await start(399)

    const runs = await sdk.series('runwell.task.runs')
    expect(told).toEqual([])
    expect(runs).toHaveLength(1_995)
    expect(runs.filter(({ attributes }) => 'otel.metric.overflow' in attributes)).toEqual([])
  })
})
