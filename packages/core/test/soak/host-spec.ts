import fc from 'fast-check'
import type { ExternalOptions, Priority, Schedule } from '../../src/index.ts'
import { cron, every, loop } from '../../src/index.ts'

/** If `kind` is `follows`, the next slot is one period after the newest run. */
export type Expected =
  | { readonly kind: 'epoch' | 'follows'; readonly periodMs: number }
  | { readonly kind: 'cron'; readonly seconds: number }
  | { readonly kind: 'connection' | 'nothing' }

export type Answers = 'does it' | 'does it late' | 'refuses' | 'throws' | 'never answers' | 'cannot'

export interface HostSpec {
  readonly name: string
  readonly expected: Expected
  readonly graceMs: number
  readonly priority: Priority
  readonly answers: Answers
}

export const expected: fc.Arbitrary<Expected> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('epoch'), periodMs: fc.constantFrom(100, 250, 1_000) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('follows'), periodMs: fc.constantFrom(100, 1_000) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cron'), seconds: fc.constantFrom(1, 5) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('connection', 'nothing') }) },
) as fc.Arbitrary<Expected>

export const hostSpec: fc.Arbitrary<HostSpec> = fc.record({
  name: fc.constantFrom('a', 'h', 'i'),
  expected,
  graceMs: fc.constantFrom(0, 50, 300, 2_000),
  priority: fc.constantFrom<Priority>('low', 'normal', 'high', 'critical'),
  answers: fc.constantFrom<Answers>(
    'does it',
    'does it',
    'does it late',
    'refuses',
    'throws',
    'never answers',
    'cannot',
  ),
})

export function expectedSchedule(one: Expected): Schedule | undefined {
  switch (one.kind) {
    case 'epoch':
      return every(one.periodMs, { anchor: 'epoch' })
    case 'follows':
      return every(one.periodMs, { anchor: 'start' })
    case 'cron':
      return cron(`*/${one.seconds} * * * * *`, { timeZone: 'UTC' })
    case 'connection':
      return loop()
    case 'nothing':
      return undefined
  }
}

export function hostOptions({ name, expected, graceMs, priority }: HostSpec): ExternalOptions {
  const options = { name, priority, host: 'the soak' }
  const expects = expectedSchedule(expected)
  return expects ? { ...options, expects, grace: graceMs } : options
}

export function describeHost({ name, expected, graceMs, priority, answers }: HostSpec): string {
  return `${name}: ${Object.values(expected).join(' ')}, grace ${graceMs}, ${priority}, ${answers}`
}
