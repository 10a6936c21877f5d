import { describe, expect, it } from 'vitest'
import * as adapter from '../src/adapter/index.ts'
import * as core from '../src/index.ts'

describe('@runwell/core/adapter', () => {
  it('lists the words of each union, from the mildest to the most severe where they have an order', () => {
    expect(adapter.priorities).toEqual(['low', 'normal', 'high', 'critical'])
    expect(adapter.healthStatuses).toEqual(['healthy', 'unknown', 'degraded', 'unhealthy'])
    expect(adapter.outcomes).toEqual(['succeeded', 'failed', 'timed-out', 'cancelled', 'abandoned'])
    expect(adapter.unitOutcomes).toEqual(['succeeded', 'failed', 'cancelled'])
    expect(adapter.scopes).toEqual(['instance', 'service'])
    expect(adapter.triggers).toEqual(['schedule', 'manual', 'restart', 'startup', 'spawn', 'call'])
    expect(adapter.restartCauses).toEqual(['returned', 'threw', 'timed-out', 'stuck', 'unhealthy', 'manual'])
    expect(adapter.skipReasons).toEqual([
      'overlap',
      'replaced',
      'paused',
      'standby',
      'parked',
      'stuck',
      'stopping',
      'host',
    ])
    expect(adapter.taskStates).toContain('backing-off')
    expect(adapter.taskStates).toHaveLength(10)
  })

  it('shares no name with the main entry', () => {
    const shared = Object.keys(adapter).filter((name) => name in core)

    expect(shared).toEqual([])
  })

  it('throws the InvalidOptionError of the main entry', () => {
    const observerOptions = { interval: adapter.durationFrom(1_000), onWarning: adapter.aFunction }
    const setUp = (options: object) => adapter.checkOptions('myObserver', options, observerOptions, '')

    expect(() => setUp({ interval: '1s' })).not.toThrow()
    expect(() => setUp({ interval: '1ms' })).toThrow(core.InvalidOptionError)
    expect(() => setUp({ onwarning: () => {} })).toThrow("Did you mean 'onWarning'?")
  })
})
