import fc from 'fast-check'

/** `pending` waits until a command settles the run. If `obeys` is false, the run ignores its abort. */
export type Behavior =
  | { readonly does: 'return' | 'never' | 'settle-twice' | 'hostile-thenable' }
  | { readonly does: 'throw'; readonly what: 'error' | 'text' | 'nothing' }
  | { readonly does: 'resolve' | 'reject'; readonly afterMs: number }
  | { readonly does: 'block'; readonly ms: number; readonly afterAwait: boolean }
  | { readonly does: 'reject-after-abort'; readonly afterMs: number }
  | { readonly does: 'pending'; readonly obeys: boolean; readonly listens: boolean }
  | { readonly does: 'beat'; readonly everyMs: number }
  | { readonly does: 'unit'; readonly fails: boolean }
  | { readonly does: 'extend'; readonly byMs: number; readonly thenMs: number }
  | { readonly does: 'call'; readonly what: Call }

export type Call =
  | 'stop'
  | 'await-stop'
  | 'trigger'
  | 'unregister'
  | 'pause'
  | 'resume'
  | 'restart'
  | 'register'
  | 'spawn'

export const shortMs: fc.Arbitrary<number> = fc.constantFrom(0, 1, 10, 19, 20, 21, 50, 100, 250, 1_000)

export const behavior: fc.Arbitrary<Behavior> = fc.oneof(
  { weight: 14, arbitrary: fc.constant<Behavior>({ does: 'return' }) },
  { weight: 10, arbitrary: fc.constant<Behavior>({ does: 'never' }) },
  {
    weight: 10,
    arbitrary: fc.record({ does: fc.constant('throw'), what: fc.constantFrom('error', 'text', 'nothing') }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('block'),
      ms: fc.constantFrom(30, 60, 120, 1_000, 20_000),
      afterAwait: fc.boolean(),
    }),
  },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('reject-after-abort'), afterMs: shortMs }) },
  { weight: 3, arbitrary: fc.constant<Behavior>({ does: 'settle-twice' }) },
  { weight: 2, arbitrary: fc.constant<Behavior>({ does: 'hostile-thenable' }) },
  { weight: 14, arbitrary: fc.record({ does: fc.constantFrom('resolve', 'reject'), afterMs: shortMs }) },
  {
    weight: 18,
    arbitrary: fc.record({ does: fc.constant('pending'), obeys: fc.boolean(), listens: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant('beat'), everyMs: fc.constantFrom(10, 100, 1_000) }),
  },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('unit'), fails: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('extend'), byMs: shortMs, thenMs: shortMs }) },
  {
    weight: 7,
    arbitrary: fc.record({
      does: fc.constant('call'),
      what: fc.constantFrom<Call>(
        'stop',
        'await-stop',
        'trigger',
        'unregister',
        'pause',
        'resume',
        'restart',
        'register',
        'spawn',
      ),
    }),
  },
) as fc.Arbitrary<Behavior>

export function describeBehavior(one: Behavior): string {
  return Object.values(one).join(' ')
}
