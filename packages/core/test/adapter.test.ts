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

  describe('checkExternalOptions', () => {
    const check = (options: unknown, rules?: Parameters<typeof adapter.checkExternalOptions>[2]) =>
      adapter.checkExternalOptions('adoptLibrary', options, rules)

    it('refuses what external() would refuse, and names the call that takes the options', () => {
      const refused: readonly [unknown, string][] = [
        [{ prio: 'low' }, "Unknown option 'prio' of `adoptLibrary`. Did you mean 'priority'?"],
        [{ priority: 'urgent' }, 'Expected `priority` to be one of'],
        [{ name: 'a b' }, 'Expected `name` to be'],
        [{ expects: '1m' }, 'Expected `expects` to be'],
        [{ health: { ad: [] } }, "Unknown option 'ad' of `health`. Did you mean 'add'?"],
        [{ slo: { target: 2 } }, 'Expected `slo.target` to be'],
        ['low', 'Expected `adoptLibrary` to be an object of options'],
      ]
      for (const [options, message] of refused) {
        expect(() => check(options)).toThrow(message)
        expect(() => check(options)).toThrow(core.InvalidOptionError)
      }
    })

    it.each([
      'timeout',
      'retry',
      'overlap',
      'restart',
      'run',
      'max',
      'abortGrace',
      'paused',
      'lastSlot',
      'misfire',
      'jitter',
      'attempts',
      'concurrency',
    ])('says of %s that other code runs the task, and what to do', (name) => {
      expect(() => check({ [name]: 1 })).toThrow(
        `Unknown option '${name}' of \`adoptLibrary\`. Other code runs this task, so Runwell cannot apply this option. To use it, let Runwell run the task: supervisor.register({ … }).`,
      )
    })

    it('suggests `expects` for the names of a schedule, unless the adapter sets it itself', () => {
      const meant = "Did you mean 'expects'?"
      expect(() => check({ schedule: core.every('1m') })).toThrow(meant)
      expect(() => check({ cronTime: '* * * * *' })).toThrow(meant)
      expect(() => check({ schedule: core.every('1m') }, { without: ['expects'] })).not.toThrow(meant)
    })

    it('accepts options without a name, and values that are undefined', () => {
      expect(() => check({})).not.toThrow()
      expect(() => check({ name: undefined, priority: undefined })).not.toThrow()
      expect(() => check({ name: 'backup', expects: core.every('1m'), grace: '1m' })).not.toThrow()
    })

    it('also knows the options of the adapter, and refuses those that the adapter sets itself', () => {
      const rules = { added: { startsWithin: adapter.aDuration }, without: ['control', 'host'] } as const

      expect(() => check({ startsWithin: '1m', priority: 'low' }, rules)).not.toThrow()
      expect(() => check({ startsWithin: 'soon' }, rules)).toThrow('Expected `startsWithin` to be')
      expect(() => check({ startWithin: '1m' }, rules)).toThrow("Did you mean 'startsWithin'?")
      expect(() => check({ host: 'x' }, rules)).toThrow("Unknown option 'host' of `adoptLibrary`.")
      expect(() => check({ host: 'x' })).not.toThrow()
    })
  })

  it('checkTaskOptions finds wrong options of a task, of which some may come from another place', () => {
    const rules = { added: { grace: adapter.aDuration }, without: ['run'] } as const
    const check = (options: unknown) => adapter.checkTaskOptions('@Job', options, rules)

    expect(() => check({ max: 3, timeout: '1m', grace: '5s' })).not.toThrow()
    expect(() => check({ tiemout: '1m' })).toThrow(
      "Unknown option 'tiemout' of `@Job`. Did you mean 'timeout'?",
    )
    expect(() => check({ cron: '* * * * *' })).toThrow("Did you mean 'schedule'?")
    expect(() => check({ timeout: 'soon' })).toThrow('Expected `timeout` to be')
    expect(() => check({ run: () => {} })).toThrow("Unknown option 'run' of `@Job`.")
  })
})
