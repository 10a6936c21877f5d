import { every, Supervisor } from '@runwell/core'
import * as Sentry from '@sentry/node'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type SentryObserverOptions, sentryObserver } from '../src/index.ts'
import { FakeSupervisor, fail, taskInfo } from './fake-supervisor.ts'
import { ManualClock } from './manual-clock.ts'
import { Receiver } from './receiver.ts'

let receiver: Receiver
let warnings: string[]

beforeEach(async () => {
  warnings = []
  receiver = await Receiver.open()
  Sentry.init({ dsn: receiver.dsn, environment: 'production' })
})
afterEach(async () => {
  await receiver.close()
  await Sentry.close(1)
})

function supervise(options: SentryObserverOptions = {}): FakeSupervisor {
  return new FakeSupervisor(
    sentryObserver(Sentry, { report: 'every', onWarning: (text) => warnings.push(text), ...options }),
  )
}

async function failures(supervisor: FakeSupervisor, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await supervisor.run(taskInfo(`job-${n}`), () => fail(`failure ${n}`))
}

/** Longer than the test, so the response never arrives. */
const never = { status: 200, delayMs: 600_000 }

it('a transport of the application that answers nothing ends no process', async () => {
  const send = vi.fn(async () => undefined)
  const transport = () => ({ send, flush: async () => true })
  Sentry.init({ dsn: receiver.dsn, environment: 'production', transport: transport as never })
  const supervisor = supervise()

  await failures(supervisor, 2)
  await supervisor.flush(200)

  expect(send).toHaveBeenCalledTimes(2)
  expect(warnings).toEqual([
    'Runwell: An event could not be sent to Sentry, so it is lost. Check the DSN and the network.',
  ])
})

describe('a Sentry that cannot send', () => {
  const noDsn =
    'Runwell: Sentry has no valid DSN, so nothing is reported. Set `dsn` in `Sentry.init()`, or the variable ' +
    '`SENTRY_DSN`. To see problems in the output of the process, pass `keepConsole: true` to the supervisor. ' +
    'See docs/sentry.md.'

  it.each([
    ['without a DSN', { dsn: undefined }, [noDsn]],
    ['with an empty DSN', { dsn: '' }, [noDsn]],
    ['with Spotlight instead of a DSN', { dsn: undefined, spotlight: true }, []],
    ['that is disabled', { dsn: undefined, enabled: false }, []],
  ])('is warned about once, unless this is intended: a client %s', async (_, options, expected) => {
    Sentry.init({ defaultIntegrations: false, ...options })
    const supervisor = supervise()

    await failures(supervisor, 2)
    await supervisor.flush(200)

    expect(warnings).toEqual(expected)
  })
})

describe('a Sentry that accepts events and never answers', () => {
  it('causes one warning, while the service runs', async () => {
    let asked = 0
    receiver.answer = () => {
      asked += 1
      return never
    }
    const clock = new ManualClock(Date.now())
    const supervisor = supervise({ clock })

    await failures(supervisor, 3)
    await receiver.until(() => asked === 3)
    await clock.advance(29_000)
    expect(warnings).toEqual([])
    await clock.advance(120_000)
    await failures(supervisor, 3)
    await receiver.until(() => asked === 6)
    await clock.advance(120_000)
    await supervisor.flush(200)

    expect(warnings).toEqual([
      'Runwell: Sentry did not answer within 30 s, so 3 events are probably lost. Check the DSN and the network.',
    ])
  })

  it('causes one warning, during the stop', async () => {
    receiver.answer = () => never
    const supervisor = supervise()

    await failures(supervisor, 1)
    await supervisor.flush(200)

    expect(warnings).toEqual([
      'Runwell: Sentry did not answer before the stop ended, so 1 event is probably lost. Check the DSN and the network.',
    ])
  })

  it('is warned about when the process exits', async () => {
    let asked = 0
    receiver.answer = () => {
      asked += 1
      return never
    }
    const before = process.listeners('exit')
    const own = () => process.listeners('exit').filter((listener) => !before.includes(listener))
    const supervisor = supervise()

    await failures(supervisor, 2)
    await receiver.until(() => asked === 2)
    for (const exit of own()) exit.call(process, 0)
    await supervisor.flush(1)

    expect(warnings).toEqual([
      'Runwell: Sentry did not answer before the process ended, so 2 events are probably lost. Check the DSN and the network.',
    ])
    expect(own()).toEqual([])
  })

  it('is not warned about when the process exits after it has answered', async () => {
    const before = process.listenerCount('exit')
    const supervisor = supervise()

    await failures(supervisor, 2)
    await receiver.until(() => receiver.payloads('event').length === 2)
    await Sentry.flush(2_000)

    expect(process.listenerCount('exit')).toBe(before)
  })

  it('causes a warning for check-ins, too', async () => {
    receiver.answer = () => never
    const supervisor = supervise({ crons: 'scheduled', replicas: 1 })
    const info = taskInfo('nightly', { schedule: every('1d').info })

    supervisor.register(info)
    await supervisor.run(info, () => {})
    await supervisor.flush(800)

    expect(warnings).toEqual(['Runwell: The last state of 1 Sentry monitors could not be sent.'])
  })
})

describe('a Sentry that loses events', () => {
  it.each([
    ['gone', 'An event could not be sent to Sentry, so it is lost. Check the DSN and the network.'],
    [{ status: 403 }, 'Sentry refused an event with status 403, so it is lost. Check the DSN.'],
    [{ status: 500 }, 'Sentry refused an event with status 500, so it is lost. Check the DSN.'],
    [{ status: 429 }, 'Sentry limits the rate of events, so some are lost. Check the quota of the project.'],
  ] as const)('is warned about once: %j', async (answer, warning) => {
    receiver.answer = () => answer
    const supervisor = supervise()

    for (let n = 0; n < 3; n++) {
      await failures(supervisor, 2)
      await supervisor.flush()
    }

    expect(warnings).toEqual([`Runwell: ${warning}`])
  })

  it.each([
    ['answers late', () => ({ status: 200, delayMs: 300 }) as const],
    ['has no event to answer', () => 'ok' as const],
  ])('is not meant by a Sentry that %s', async (_, answer) => {
    receiver.answer = answer
    const supervisor = supervise()

    await failures(supervisor, 2)
    await supervisor.flush()

    expect(warnings).toEqual([])
    expect(receiver.payloads('event')).toHaveLength(2)
  })

  it('causes no warning for events that the application itself drops', async () => {
    Sentry.init({ dsn: receiver.dsn, beforeSend: () => null })
    const clock = new ManualClock(Date.now())
    const supervisor = supervise({ clock })

    await failures(supervisor, 2)
    await clock.advance(120_000)
    await supervisor.flush()

    expect(warnings).toEqual([])
  })
})

describe('a Sentry that the application closes', () => {
  const closed = (what: string) =>
    `Runwell: Sentry was closed before \`supervisor.stop()\` had ended, so reports are lost; the first was ${what}. ` +
    'Call `Sentry.close()` after it, or let it close Sentry: `sentryObserver(Sentry, { close: true })`.'

  it('causes one warning, which names the first report that is lost', async () => {
    const supervisor = supervise({ crons: 'scheduled', replicas: 1 })
    const info = taskInfo('nightly', { schedule: every('1d').info })
    supervisor.register(info)
    await supervisor.run(info, () => {})
    await supervisor.flush()

    await Sentry.close(1_000)
    await failures(supervisor, 3)
    await supervisor.run(info, () => {})
    await supervisor.flush()

    expect(warnings).toEqual([closed("'failure' of task 'job-0'")])
    expect(receiver.payloads('event')).toEqual([])
  })

  it('causes a warning if only a check-in is lost', async () => {
    const supervisor = supervise({ crons: 'scheduled', replicas: 1 })
    const info = taskInfo('nightly', { schedule: every('1d').info })
    supervisor.register(info)
    await supervisor.run(info, () => {})
    await supervisor.flush()
    await Sentry.close(1_000)
    await supervisor.run(info, () => {})
    await supervisor.flush()

    expect(warnings).toEqual([closed("a check-in of task 'nightly'")])
  })

  it('receives the notices that were held back before it is closed', async () => {
    const supervisor = supervise()
    for (let n = 0; n < 20; n++) supervisor.register(taskInfo(`job-${n}`))

    await failures(supervisor, 5)
    expect(receiver.payloads('event')).toEqual([])
    await Sentry.close(1_000)
    await supervisor.flush()

    expect(receiver.payloads('event')).toHaveLength(5)
    expect(warnings).toEqual([])
  })

  it('causes no warning if nothing is lost, or if it is disabled', async () => {
    const first = supervise()
    await failures(first, 1)
    await first.flush()
    await Sentry.close(1_000)
    await first.flush()

    Sentry.init({ dsn: receiver.dsn, enabled: false })
    const second = supervise()
    await failures(second, 1)
    await second.flush()

    expect(warnings).toEqual([])
  })

  it('causes no warning if the supervisor closes it', async () => {
    const supervisor = new Supervisor({
      observers: [sentryObserver(Sentry, { close: true, onWarning: (text) => warnings.push(text) })],
    })
    supervisor.register({
      name: 'job',
      schedule: every('1h', { immediate: true }),
      run: () => fail('no'),
    })
    await supervisor.start()
    await supervisor.task('job')?.trigger()
    await supervisor.stop()

    expect(warnings).toEqual([])
    expect(receiver.payloads('event')).toHaveLength(1)
  })
})
