import { manual, Supervisor } from '@runwell/core'
import * as Sentry from '@sentry/node'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sentryObserver } from '../src/index.ts'
import { FakeSupervisor, taskInfo } from './fake-supervisor.ts'
import { orderedTransport } from './ordered-transport.ts'
import { Receiver } from './receiver.ts'

let receiver: Receiver

beforeAll(async () => {
  receiver = await Receiver.open()
  Sentry.init({
    dsn: receiver.dsn,
    transportOptions: orderedTransport(),
    integrations: [Sentry.extraErrorDataIntegration()],
  })
})
beforeEach(() => receiver.clear())
afterAll(async () => {
  await Sentry.close(1_000)
  await receiver.close()
})

const huge = 'x'.repeat(5_000_000)

async function eventsOf(...thrown: readonly unknown[]) {
  const warnings: string[] = []
  const observer = sentryObserver(Sentry, {
    report: 'every',
    logs: true,
    onWarning: (text) => warnings.push(text),
  })
  const supervisor = new Supervisor({ observers: [observer] })
  const task = supervisor.register<{ value: unknown }>({
    name: 'odd',
    schedule: manual(),
    run: ({ input }) => {
      throw input.value
    },
  })
  await supervisor.start()
  for (const value of thrown) await task.trigger({ value })
  await supervisor.stop()
  expect(warnings).toEqual([])
  return receiver.payloads('event')
}

function error(message: string, properties: object = {}): Error {
  return Object.assign(new Error(message), properties)
}

function cyclic(): Error {
  const outer = new Error('outer')
  const inner = new Error('inner', { cause: outer })
  outer.cause = inner
  return outer
}

function chain(length: number): Error {
  let found = new Error('the first')
  for (let n = 0; n < length; n++) found = new Error(`cause ${n} ${'y'.repeat(10_000)}`, { cause: found })
  return found
}

const members = (count: number, message = 'member') =>
  Array.from({ length: count }, (_, n) => new Error(`${message} ${n}`))

describe('an event about an odd error', () => {
  it.each([
    ['a message of 5 MB', () => error(huge)],
    ['a message of a million lines', () => error('line\n'.repeat(1_000_000))],
    ['a name of 5 MB', () => error('short', { name: huge })],
    ['a stack of 5 MB', () => error('short', { stack: huge })],
    ['a property of 5 MB', () => error('short', { response: { data: huge } })],
    [
      'thousands of properties',
      () => error('short', Object.fromEntries(Object.entries(huge.slice(0, 50_000)))),
    ],
    ['a cause of 5 MB', () => error('short', { cause: error(huge) })],
    ['cyclic causes', cyclic],
    ['a thousand causes', () => chain(1_000)],
    ['thousands of members', () => new AggregateError(members(5_000, 'z'.repeat(1_000)), 'all failed')],
    ['itself as a member', () => Object.assign(error('self'), { errors: [] as Error[] })],
    ['a text of 5 MB', () => huge],
    ['an object of 5 MB', () => ({ data: huge })],
  ])('is small: %s', async (_, make) => {
    const thrown = make()
    if (typeof thrown === 'object' && 'errors' in thrown) (thrown.errors as unknown[]).push(thrown)
    const [event, ...others] = await eventsOf(thrown)

    expect(others).toEqual([])
    expect(event.tags['runwell.task']).toBe('odd')
    expect(JSON.stringify(event).length).toBeLessThan(400_000)
    for (const item of receiver.items) expect(JSON.stringify(item.payload).length).toBeLessThan(400_000)
  })

  it('has the whole of a message that Sentry keeps, and the beginning of a longer one', async () => {
    const events = await eventsOf(error('a'.repeat(8_000)), error(`begin ${huge}`))

    // The SDK prepares each event separately, so the longer event may arrive first.
    const values = events.map(({ exception }) => String(exception.values[0].value))
    values.sort((one, other) => one.length - other.length)
    expect(values[0]).toBe('a'.repeat(8_000))
    expect(values[1]).toMatch(/^begin x+…$/)
    expect(values[1]).toHaveLength(8_192)
  })

  it.each([
    ['message', 'Error', '(its message could not be read)'],
    ['name', 'Error', 'unreadable name'],
    ['stack', 'Error', 'unreadable stack'],
    ['cause', 'Error', 'unreadable cause'],
    ['errors', 'Error', 'unreadable errors'],
  ])('is sent although reading its %s throws', async (key, type, value) => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry))
    const odd = Object.defineProperty(new Error(`unreadable ${key}`), key, {
      get: () => {
        throw new Error('no')
      },
    })

    await supervisor.run(taskInfo('odd'), () => {
      throw odd
    })
    await supervisor.flush()

    const [event] = receiver.payloads('event')
    expect(event.exception.values.at(-1)).toMatchObject({ type, value })
  })

  it('is sent although a cause of its cause throws when it is read', async () => {
    const deep = Object.defineProperty(new Error('deep'), 'stack', {
      get: () => {
        throw new Error('no')
      },
    })
    const [event] = await eventsOf(error('top', { cause: error('middle', { cause: deep }) }))

    expect(event.exception.values.at(-1)).toMatchObject({ type: 'Error', value: 'top' })
  })

  it.each([
    ['a text', 'plain', "A value that is not an Error was thrown: 'plain'"],
    ['nothing', undefined, 'A value that is not an Error was thrown: undefined'],
    ['an object', { code: 7 }, 'A value that is not an Error was thrown: {"code":7}'],
    ['a symbol', Symbol('s'), 'A value that is not an Error was thrown: Symbol(s)'],
  ])('says what was thrown: %s', async (_, thrown, value) => {
    const [event] = await eventsOf(thrown)

    expect(event.exception.values.at(-1).value).toBe(value)
  })

  it('is sent again for an error object whose class has getters, with its members', async () => {
    class Odd extends AggregateError {
      override get name() {
        return 'Odd'
      }
    }
    const thrown = new Odd(members(2), 'twice')
    const events = await eventsOf(thrown, thrown)

    expect(events).toHaveLength(2)
    for (const { exception } of events) {
      expect(exception.values.map(({ value }: { value: string }) => value)).toEqual([
        'member 1',
        'member 0',
        'twice',
      ])
      expect(exception.values[2].type).toBe('Odd')
    }
  })

  it('is small if a run annotates it with much', async () => {
    const supervisor = new FakeSupervisor(sentryObserver(Sentry))
    const annotations = Object.fromEntries(members(2_000).map(({ message }) => [message, 'w'.repeat(1_000)]))

    await supervisor.run(
      taskInfo('odd'),
      () => {
        throw new Error('short')
      },
      { annotations },
    )
    await supervisor.flush()

    const [event] = receiver.payloads('event')
    expect(JSON.stringify(event).length).toBeLessThan(400_000)
    expect(event.contexts.runwell.run_id).toBe('run-1')
  })
})
