import { describe, expect, it } from 'vitest'
import {
  diagnosticsObserver,
  duration,
  every,
  handleSignals,
  InvalidOptionError,
  logObserver,
  manual,
  probeHandler,
  rule,
  Supervisor,
} from '../src/index.ts'
import { VirtualClock } from '../src/testing/index.ts'

const logger = { debug() {}, info() {}, warn() {}, error() {} }

function supervisorWith(env: Record<string, string> = {}): Supervisor {
  return new Supervisor({ observers: [], clock: new VirtualClock(), env })
}

function errorOf(call: () => unknown): InvalidOptionError {
  try {
    call()
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidOptionError)
    return error as InvalidOptionError
  }
  throw new Error('Expected the call to throw')
}

describe('a wrong argument is named, with what was expected:', () => {
  const cases: readonly [call: string, message: string, run: (supervisor: Supervisor) => unknown][] = [
    [
      'handleSignals({})',
      'Expected `supervisor` to be a Supervisor, got {}',
      () => handleSignals({} as never),
    ],
    [
      'handleSignals()',
      'Expected `supervisor` to be a Supervisor, got undefined',
      () => handleSignals(undefined as never),
    ],
    [
      "handleSignals with signals ['SIGKILL']",
      'SIGKILL and SIGSTOP cannot be handled, got ["SIGKILL"]',
      (supervisor) => handleSignals(supervisor, { signals: ['SIGKILL'] }),
    ],
    [
      "handleSignals with signals ['SIGTERM', 'SIGSTOP']",
      'Expected `signals` to be a list of signal names',
      (supervisor) => handleSignals(supervisor, { signals: ['SIGTERM', 'SIGSTOP'] }),
    ],
    [
      "handleSignals with signals ['toString']",
      'Expected `signals` to be a list of signal names',
      (supervisor) => handleSignals(supervisor, { signals: ['toString' as never] }),
    ],
    ['probeHandler({})', 'Expected `supervisor` to be a Supervisor, got {}', () => probeHandler({} as never)],
    [
      'probeHandler(null)',
      'Expected `supervisor` to be a Supervisor, got null',
      () => probeHandler(null as never),
    ],
    [
      'logObserver with a level for a misspelt type of event',
      "Unknown option 'task.register' of `levels`. Did you mean 'task.registered'?",
      () => logObserver(logger, { levels: { 'task.register': 'fatal' } as never }),
    ],
    [
      'logObserver with a level for a nearly correct type of event',
      "Unknown option 'task.registred' of `levels`. Did you mean 'task.registered'?",
      () => logObserver(logger, { levels: { 'task.registred': 'info' } as never }),
    ],
    [
      'logObserver with an unknown level',
      "Expected `levels.task.registered` to be one of 'debug', 'info', 'warn', 'error', 'off', got 'fatal'",
      () => logObserver(logger, { levels: { 'task.registered': 'fatal' as never } }),
    ],
    [
      'logObserver with levels null',
      'Expected `levels` to be an object of options, got null',
      () => logObserver(logger, { levels: null as never }),
    ],
    [
      'logObserver with fieldsFirst as a text',
      'Expected `fieldsFirst` to be true or false',
      () => logObserver(logger, { fieldsFirst: 'no' as never }),
    ],
    [
      'owner(5)',
      'Expected `owner` to be a text of 1 to 200 characters, got 5',
      (supervisor) => supervisor.owner(5 as never),
    ],
    [
      'owner().register(5)',
      'Expected `task` to be an object',
      (supervisor) => supervisor.owner('shop').register(5 as never),
    ],
    [
      'owner().spawn() with options null',
      'Expected `spawn` to be an object',
      (supervisor) => supervisor.owner('shop').spawn('mail', () => {}, null as never),
    ],
    [
      'discover(5)',
      'Expected `owners` to be an object or a Map from owners to their task providers, or one provider: an object with getTasks() or with @task methods, got 5',
      (supervisor) => supervisor.discover(5 as never),
    ],
    [
      'discover(null)',
      'Expected `owners` to be an object or a Map',
      (supervisor) => supervisor.discover(null as never),
    ],
    [
      "spawn('mail')",
      'Expected `run` to be a function, got undefined',
      (supervisor) => supervisor.spawn('mail', undefined as never),
    ],
    [
      'a second spawn() with options null',
      'Expected `spawn` to be an object',
      (supervisor) => {
        supervisor.spawn('mail', () => {})
        supervisor.spawn('mail', () => {}, null as never)
      },
    ],
    [
      "instrument({ name: 'a' })",
      'Expected `fn` to be a function, got undefined',
      (supervisor) => supervisor.instrument({ name: 'a' }, undefined as never),
    ],
    [
      'instrument(undefined, fn)',
      'Expected `instrument` to be an object of options',
      (supervisor) => supervisor.instrument(undefined as never, () => {}),
    ],
    [
      'observe(() => {})',
      'call the function and pass its result, got function (anonymous)',
      (supervisor) => supervisor.observe((() => () => {})() as never),
    ],
    [
      'observe(observer, null)',
      'Expected `observe` to be an object of options',
      (supervisor) => supervisor.observe(diagnosticsObserver(), null as never),
    ],
    [
      'new Supervisor({ env: null })',
      'Expected `env` to be an object',
      () => new Supervisor({ env: null as never }),
    ],
    [
      'new Supervisor({ clock: {} })',
      'Expected `clock` to be a clock such as',
      () => new Supervisor({ clock: {} as never }),
    ],
    [
      'new VirtualClock(5)',
      'Expected `VirtualClock` to be an object of options',
      () => new VirtualClock(5 as never),
    ],
    ['every(undefined)', 'Expected `every.period` to be a duration', () => every(undefined as never)],
  ]

  it.each(cases)('%s', (_call, message, run) => {
    expect(errorOf(() => run(supervisorWith())).message).toContain(message)
  })
})

it('a disabled supervisor refuses to instrument what is not a function, too', () => {
  const supervisor = supervisorWith({ RUNWELL_DISABLED: '1' })

  expect(errorOf(() => supervisor.instrument({ name: 'a' }, 5 as never)).option).toBe('fn')
})

it('a signal that cannot be handled leaves no handler of another signal behind', () => {
  const before = process.listenerCount('SIGUSR2')

  expect(() => handleSignals(supervisorWith(), { signals: ['SIGUSR2', 'SIGKILL'] })).toThrow(
    InvalidOptionError,
  )
  expect(process.listenerCount('SIGUSR2')).toBe(before)
})

it('context.unit() without a function fails the run with an InvalidOptionError', async () => {
  const supervisor = supervisorWith()
  const task = supervisor.register({
    name: 'import',
    schedule: manual(),
    run: ({ unit }) => unit('row', undefined as never),
  })
  await supervisor.start()
  const result = await task.trigger()
  await supervisor.stop()

  expect(result).toMatchObject({
    outcome: 'failed',
    error: { code: 'RUNWELL_INVALID_OPTION', option: 'fn', received: undefined },
  })
})

describe('calls that take a name, a reason or a text', () => {
  const odd = [undefined, null, 5, Symbol('x'), [], {}, Object.create(null) as unknown]

  it.each(odd.map((value) => [value]))(
    'refuse what is no text, with an error that names the argument: %s',
    (value) => {
      const supervisor = supervisorWith()
      const task = supervisor.register({ name: 'a', run: () => {} })

      expect(() => supervisor.explain(value as string)).toThrow(InvalidOptionError)
      expect(() => duration(value as string)).toThrow(InvalidOptionError)
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
      if (value === undefined || isObject) return // pause() and rule() also accept undefined and objects
      expect(() => task.pause(value as string)).toThrow(InvalidOptionError)
      expect(() => rule('x', () => undefined, value as object)).toThrow(InvalidOptionError)
    },
  )
})
