import { describe, expect, it } from 'vitest'
import type { RunContext, Task } from '../src/index.ts'
import { every, RunwellError, rules, Supervisor } from '../src/index.ts'
import { observerContract, recordEvents, testRules, VirtualClock } from '../src/testing/index.ts'
import { consoleLines, setUp } from './supervised.ts'

const throws = (): never => {
  throw new TypeError('hostile')
}
const revoked = Proxy.revocable({}, {})
revoked.revoke()

const hostile: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['NaN', Number.NaN],
  ['-1', -1],
  ['1e308', 1e308],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['a bigint', 10n],
  ['a symbol', Symbol('x')],
  ['a text', 'x'],
  ['an empty text', ''],
  ['true', true],
  ['a function', () => {}],
  ['an object', {}],
  ['an object without a prototype', Object.create(null)],
  ['texts that throw', { toString: throws, valueOf: throws, toJSON: throws, [Symbol.toPrimitive]: throws }],
  ['a getter that throws', Object.defineProperty({}, 'name', { enumerable: true, get: throws })],
  ['a revoked proxy', revoked.proxy],
  ['a list of a symbol', [Symbol('x')]],
]

type Call = (value: never) => unknown

async function rawErrorOf(call: () => unknown): Promise<unknown> {
  try {
    const returned = call()
    if (returned instanceof Promise) await returned
    return undefined
  } catch (error) {
    return error instanceof RunwellError ? undefined : error
  }
}

async function rawErrors(calls: Readonly<Record<string, Call>>): Promise<readonly string[]> {
  const raw: string[] = []
  for (const [name, call] of Object.entries(calls)) {
    for (const [what, value] of hostile) {
      const error = await rawErrorOf(() => call(value as never))
      if (error !== undefined) raw.push(`${name}(${what}): ${error}`)
    }
  }
  return raw
}

describe('no wrong argument gets a raw error:', () => {
  it('of a supervisor', async () => {
    consoleLines()
    const { supervisor } = setUp()
    const run = (): void => {}
    const calls: Record<string, Call> = {
      'new Supervisor': (value) => new Supervisor(value),
      register: (value) => supervisor.register(value),
      'register name': (name) => supervisor.register({ name, run }),
      'register run': (value) => supervisor.register({ name: 'run', run: value }),
      'register history': (history) => supervisor.register({ name: 'history', history, run }),
      'register history.for': (value) =>
        supervisor.register({ name: 'history.for', history: { for: value }, run }),
      'register schedule': (schedule) => supervisor.register({ name: 'schedule', schedule, run }),
      'register health': (health) => supervisor.register({ name: 'health', health, run }),
      owner: (value) => supervisor.owner(value),
      discover: (value) => supervisor.discover(value),
      spawn: (value) => supervisor.spawn(value, run),
      'spawn run': (value) => supervisor.spawn('work', value).outcome,
      'spawn options': (value) => supervisor.spawn('work', run, value),
      instrument: (value) => supervisor.instrument(value, run),
      'instrument fn': (value) => supervisor.instrument({ name: 'fn' }, value),
      task: (value) => supervisor.task(value),
      explain: (value) => supervisor.explain(value),
      observe: (value) => supervisor.observe(value),
      'observe options': (value) => supervisor.observe({ name: 'o', onEvent() {} }, value),
      hurry: (value) => supervisor.hurry(value),
      stop: (value) => {
        const { supervisor: other, clock } = setUp()
        const stopped = other.stop(value)
        return clock.advance('1m').then(() => stopped)
      },
    }

    expect(await rawErrors(calls)).toEqual([])
  })

  it('of a task', async () => {
    const { supervisor } = setUp()
    const task: Task = supervisor.register({ name: 'a', schedule: every('1h'), run: () => {} })
    await supervisor.start()
    const calls: Record<string, Call> = {
      trigger: (value) => task.trigger(value),
      'trigger options': (value) => task.trigger(undefined, value),
      pause: (value) => task.pause(value),
      'pause until': (until) => task.pause({ until }),
      'pause by': (by) => task.pause({ by }),
      resume: (value) => task.resume(value),
      restart: (value) => task.restart(value),
      abort: (value) => task.abort(value),
      'abort runId': (runId) => task.abort({ runId }),
      'reschedule options': (value) => task.reschedule(every('1h'), value),
      reschedule: (value) => task.reschedule(value),
      history: (value) => task.history(value),
    }

    expect(await rawErrors(calls)).toEqual([])
  })

  it('of a run, and none ends the run', async () => {
    const { supervisor } = setUp()
    const raw: (readonly string[])[] = []
    const job = async (context: RunContext): Promise<void> => {
      const calls: Record<string, Call> = {
        beat: (value) => context.beat(value),
        extend: (value) => context.extend(value),
        sleep: (value) => void context.sleep(value).catch(() => {}),
        unit: (value) => context.unit(value, () => {}),
        'unit fn': (value) => context.unit('x', value),
        'each fn': (value) => context.each([1], value),
        'each options': (value) => context.each([1], () => {}, value),
        'task.trigger': (value) => context.task.trigger(value),
        'task.pause': (value) => context.task.pause(value),
        'task.reschedule': (value) => context.task.reschedule(value),
      }
      const others = Object.entries(context).filter(([, member]) => typeof member === 'function')
      for (const [name, member] of others) calls[name] ??= member as Call
      raw.push(await rawErrors(calls))
    }
    const task = supervisor.register({ name: 'a', schedule: every('1h'), run: job })
    await supervisor.start()
    await task.trigger()

    expect(raw).toEqual([[]])
  })

  it('of what tests use', async () => {
    const recorder = recordEvents()
    const clock = new VirtualClock()
    const calls: Record<string, Call> = {
      VirtualClock: (value) => new VirtualClock(value),
      startAt: (startAt) => new VirtualClock({ startAt }),
      advance: (value) => new VirtualClock().advance(value),
      advanceUntil: (value) => typeof value === 'function' || new VirtualClock().advanceUntil(value),
      'recorder.of task': (value) => recorder.of('run.ended', value),
      observerContract: (value) => observerContract(value),
      'testRules facts': (value) => testRules({ facts: value, expect: [] }),
      'testRules task': (value) => testRules({ task: value, expect: [] }),
      'testRules expect': (value) => testRules({ expect: value }),
      'testRules each run': (value) => testRules({ runs: [value], expect: [] }),
      'testRules each verdict': (value) => testRules({ expect: [value] }),
      limit: (value) => clock.advanceUntil(() => true, value),
      jump: (value) => new VirtualClock().jump(value),
      suspend: (value) => new VirtualClock().suspend(value),
      block: (value) => new VirtualClock().block(value),
      'recorder.of': (value) => recorder.of(value),
      'recorder.types': (value) => recorder.types(value),
      testRules: (value) => testRules(value),
      'testRules rules': (value) => testRules({ rules: value, runs: [], expect: [] }),
      'testRules runs': (value) => testRules({ rules: [rules.stale()], runs: value, expect: [] }),
    }

    expect(await rawErrors(calls)).toEqual([])
  })
})

describe('arguments of what tests and handles offer', () => {
  it.each([
    ['x', "Expected `limit` to be a number of runs from 0, got 'x'"],
    [Number.NaN, 'Expected `limit` to be a number of runs from 0, got NaN'],
    [-1, 'Expected `limit` to be a number of runs from 0, got -1'],
  ])('history(%s) is refused', (limit, message) => {
    const { supervisor } = setUp()
    const task = supervisor.register({ name: 'a', run: () => {} })

    expect(() => task.history(limit as never)).toThrow(message)
  })

  it('a misspelt type of event is named with the right one', () => {
    const recorder = recordEvents()

    expect(() => recorder.of('run.end' as never)).toThrow("Expected `type` to be 'run.ended', got 'run.end'")
    expect(() => recorder.of('x' as never)).toThrow(
      "Expected `type` to be the type of an event, such as 'run.ended', got 'x'",
    )
  })

  it('a note of a beat that is not a text is shown, and does not end the run', async () => {
    const { clock, supervisor } = setUp()
    const odd = { toString: throws, toJSON: throws }
    const task = supervisor.register({
      name: 'a',
      run: async ({ beat, sleep }) => {
        beat(odd as never)
        await sleep('1m')
        beat({ done: 3 } as never)
        await sleep('1m')
      },
    })
    await supervisor.start()
    const result = task.trigger()
    const notes: unknown[] = []
    for (const by of ['1s', '1m', '2m'] as const) {
      await clock.advance(by)
      notes.push(task.active()[0]?.lastBeatNote)
    }

    expect(await result).toMatchObject({ outcome: 'succeeded' })
    expect(notes).toEqual(['a value that cannot be shown', '{"done":3}', undefined])
  })
})
