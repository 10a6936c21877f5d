import { describe, expect, it } from 'vitest'
import { factsOf } from '../../../test/health-facts.ts'
import type { TaskFacts } from '../facts.ts'
import { classic } from './classic.ts'

const factsFor = (upS: number, failures: number, total: number, sinceS: number | undefined): TaskFacts =>
  factsOf({
    armedMs: upS * 1_000,
    failures,
    restarts: {
      inWindow: 0,
      limit: 10,
      total,
      sinceLastMs: sinceS === undefined ? undefined : sinceS * 1_000,
    },
  })

describe('classic', () => {
  it.each([
    [0, 0, 0, undefined, true],
    [0, 5, 0, undefined, true],
    [-10, 5, 0, undefined, true],
    [1, 1, 0, undefined, false],
    [360, 1, 0, undefined, false],
    [361, 1, 0, undefined, true],
    [720, 2, 0, undefined, false],
    [721, 2, 0, undefined, true],
    [3_600, 9, 0, undefined, true],
    [3_600, 10, 0, undefined, false],
    [7_200, 19, 0, undefined, true],
    [7_200, 20, 0, undefined, false],
    [3_600, 0, 2, undefined, true],
    [3_600, 0, 3, undefined, false],
    [3_600, 0, 1, 299, false],
    [3_600, 0, 1, 300, false],
    [3_600, 0, 1, 300.001, true],
    [2_592_000, 7_199, 0, undefined, true],
    [2_592_000, 7_200, 0, undefined, false],
  ])(
    'with %d s of uptime, %i errors, %i restarts, the last %s s ago: healthy is %s',
    (up, errors, restarts, since, healthy) => {
      const judgement = classic({ maxErrorsPerHour: 10, maxRestarts: 3, settle: '300s' }).judge(
        factsFor(up, errors, restarts, since),
        false,
      )

      expect(judgement.kind).toBe(healthy ? 'fine' : 'bad')
      if (judgement.kind === 'bad') expect(judgement.status).toBe('unhealthy')
    },
  )

  it.each([
    [1, 1, 10],
    [7_200, 20, 10],
    [3_600, 36, 36],
  ])('with %d s of uptime and %i errors measures %d per hour', (up, errors, perHour) => {
    expect(classic().judge(factsFor(up, errors, 0, undefined), false)).toMatchObject({
      value: perHour,
      limit: 10,
    })
  })

  it('asks to be judged again when time alone will make it fine', () => {
    expect(classic().judge(factsFor(3_600, 20, 0, undefined), false)).toMatchObject({
      recheckInMs: 3_600_001,
    })
    expect(classic().judge(factsFor(3_600, 0, 1, 290), false)).toMatchObject({ recheckInMs: 10_001 })
  })

  it('describes itself', () => {
    expect(classic().describe(factsOf())).toBe(
      'unhealthy from 10 failures per hour, from 3 restarts, and for 5 min after each restart',
    )
  })

  it.each([{ maxErrorsPerHour: 0 }, { maxRestarts: 0 }, { settle: 'soon' }])('rejects %o', (options) => {
    expect(() => classic(options as never)).toThrow(/^Expected `classic/)
  })

  it('rejects an unknown option', () => {
    expect(() => classic({ maxErrors: 3 } as never)).toThrow(
      "Unknown option 'maxErrors' of `classic`. Did you mean 'maxErrorsPerHour'?",
    )
  })
})
