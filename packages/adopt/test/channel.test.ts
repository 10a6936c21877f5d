import { tracingChannel } from 'node:diagnostics_channel'
import { every, Supervisor } from '@runwell/core'
import { recordEvents, VirtualClock } from '@runwell/core/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type AdoptChannelOptions, adoptChannel } from '../src/channel/index.ts'

async function adopted(channel: string, options: AdoptChannelOptions<never> = {}) {
  const clock = new VirtualClock()
  const events = recordEvents()
  const supervisor = new Supervisor({ clock, observers: [events] })
  await supervisor.start()
  const stop = adoptChannel(supervisor, channel, options)
  onTestFinished(stop)
  const ended = () =>
    events.of('run.ended').map(({ task, outcome, error }) => [task, outcome, error?.message])
  return { clock, events, supervisor, stop, ended, host: tracingChannel<object>(channel) }
}

describe('adoptChannel', () => {
  it('counts a synchronous call when it returns', async () => {
    const { host, ended } = await adopted('lib:sync')

    expect(host.traceSync(() => 7, {})).toBe(7)
    host.traceSync(() => undefined, {})

    expect(ended()).toEqual([
      ['lib:sync', 'succeeded', undefined],
      ['lib:sync', 'succeeded', undefined],
    ])
  })

  it('counts a synchronous call that throws as failed, and lets the error through', async () => {
    const { host, ended } = await adopted('lib:throws')
    const call = () => {
      throw new Error('broken')
    }

    expect(() => host.traceSync(call, {})).toThrow('broken')
    expect(() => host.tracePromise(call, {})).toThrow('broken')

    expect(ended()).toEqual([
      ['lib:throws', 'failed', 'broken'],
      ['lib:throws', 'failed', 'broken'],
    ])
  })

  it('ends a run when the promise of the call settles', async () => {
    const { host, ended, clock } = await adopted('lib:promise')
    let finish = (): void => {}

    const call = host.tracePromise(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve
        }),
      {},
    )
    await clock.advance('5s')
    expect(ended()).toEqual([])
    finish()
    await call
    await host.tracePromise(() => Promise.reject(new Error('no answer')), {}).catch(() => {})

    expect(ended()).toEqual([
      ['lib:promise', 'succeeded', undefined],
      ['lib:promise', 'failed', 'no answer'],
    ])
  })

  it('ends a run when the callback of the call is called', async () => {
    const { host, ended } = await adopted('lib:callback')
    const later = (error: unknown, done: (error: unknown) => void): void => void setImmediate(done, error)
    const traced = (error: unknown) =>
      new Promise<void>((resolve) => {
        host.traceCallback(later as never, -1, {}, undefined, error, () => resolve())
      })

    await traced(null)
    await traced(new Error('late'))

    expect(ended()).toEqual([
      ['lib:callback', 'succeeded', undefined],
      ['lib:callback', 'failed', 'late'],
    ])
  })

  it('tells calls apart that share a message', async () => {
    const { host, ended } = await adopted('lib:shared')
    const message = {}

    await host.tracePromise(async () => 'first', message)
    await host.tracePromise(async () => 'second', message)
    await host.tracePromise(() => Promise.reject(new Error('third')), message).catch(() => {})

    expect(ended().map(([, outcome]) => outcome)).toEqual(['succeeded', 'succeeded', 'failed'])
  })

  it('gives each kind of work its task', async () => {
    const taskOf = ({ job }: { job?: string }) => job
    const { host, ended } = await adopted('lib:kinds', { taskOf })

    host.traceSync(() => 1, { job: 'mails' })
    host.traceSync(() => 1, { job: 'reports of today' })
    host.traceSync(() => 1, {})

    expect(ended().map(([task]) => task)).toEqual(['mails', 'reports-of-today'])
  })

  it('folds too many kinds of work into the task of the channel', async () => {
    const { host, supervisor, ended } = await adopted('lib:many', {
      taskOf: ({ job }: { job: string }) => job,
    })

    for (let n = 0; n < 300; n += 1) host.traceSync(() => n, { job: `job-${n}` })

    expect(supervisor.report().tasks).toHaveLength(201)
    expect(ended().filter(([task]) => task === 'lib:many')).toHaveLength(100)
  })

  it('does not let a fault in a user function affect the call', async () => {
    const taskOf = () => {
      throw new Error('no such job')
    }
    const { host, ended } = await adopted('lib:fault', { taskOf })
    const warnings: string[] = []
    const listen = ({ message }: Error): void => void warnings.push(message)
    process.once('warning', listen)

    expect(host.traceSync(() => 1, {})).toBe(1)
    host.traceSync(() => 1, {})
    await new Promise(setImmediate)

    expect(ended()).toEqual([])
    expect(warnings).toEqual(["Runwell: cannot follow a call of channel 'lib:fault': Error: no such job"])
  })

  it.each(['result', 'error', 'other'])(
    'does not let a getter of a message affect the call: %s',
    async (name) => {
      const { host, ended } = await adopted(`lib:getter-${name}`)
      const message = Object.defineProperty({}, name, {
        enumerable: true,
        get: () => {
          throw new Error('not now')
        },
        set: () => {},
      })
      const crashes: unknown[] = []
      const crash = (error: unknown): void => void crashes.push(error)
      process.prependOnceListener('uncaughtException', crash)

      expect(host.traceSync(() => 1, message)).toBe(1)
      await new Promise(setImmediate)
      process.off('uncaughtException', crash)

      expect(crashes).toEqual([])
      expect(ended()).toEqual([[`lib:getter-${name}`, 'succeeded', undefined]])
    },
  )

  it('finds out when the calls stop', async () => {
    const { host, supervisor, clock } = await adopted('lib:stops', {
      expects: every('1m'),
    })
    for (let n = 0; n < 5; n += 1) {
      host.traceSync(() => n, {})
      await clock.advance('1m')
    }
    expect(supervisor.task('lib:stops')?.health().status).toBe('healthy')

    await clock.advance('5m')

    expect(supervisor.task('lib:stops')?.health().status).toBe('unhealthy')
  })

  it('follows a channel once, however often it is adopted, until it is stopped', async () => {
    const { host, supervisor, stop, ended } = await adopted('lib:twice')
    adoptChannel(supervisor, 'lib:twice')
    host.traceSync(() => 1, {})
    expect(ended()).toHaveLength(1)

    stop()

    expect(host.traceSync(() => 2, {})).toBe(2)
    expect(ended()).toHaveLength(1)
    expect(supervisor.task('lib:twice')).toBeUndefined()
  })

  it('names the argument that is wrong', () => {
    const supervisor = new Supervisor({ observers: [] })

    expect(() => adoptChannel(supervisor, '')).toThrow(
      "Expected `channel` to be the name of a tracing channel such as 'lib:job', or a TracingChannel, got ''",
    )
    expect(() => adoptChannel(supervisor, 'a:b', { taskOf: 'x' as never })).toThrow(
      'Expected `taskOf` to be a function',
    )
  })
})
