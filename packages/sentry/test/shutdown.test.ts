import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Receiver } from './receiver.ts'
import { runProgram } from './run-program.ts'

let receiver: Receiver

beforeEach(async () => {
  receiver = await Receiver.open()
})
afterEach(() => receiver.close())

describe('SIGTERM', () => {
  it.each(['ok', { status: 200, delayMs: 300 }] as const)(
    'loses no event when Sentry responds with %j',
    async (answer) => {
      receiver.answer = () => answer
      const program = runProgram('sigterm', [receiver.dsn])

      await program.says('ready')
      program.kill('SIGTERM')
      const { code, errors } = await program.ended

      const events = receiver.payloads('event')
      const named = new Set(
        events.flatMap(({ tags, extra }) => [
          tags['runwell.task'],
          ...Object.values(extra ?? {}).flatMap((lines) =>
            (lines as string[]).map((line) => line.split(' ')[0]),
          ),
        ]),
      )
      const checkIns = receiver.payloads('check_in')
      const states = Object.fromEntries(checkIns.map(({ monitor_slug, status }) => [monitor_slug, status]))
      expect(errors).not.toContain('could not be reported')
      for (let n = 0; n < 40; n++) {
        expect(named).toContain(`fails-${n}`)
        expect(states[`fails-${n}`]).toBe('error')
      }
      expect(states['works']).toBe('ok')
      expect(states['nightly']).toBe('error')
      expect(events.find(({ tags }) => tags['runwell.kind'] === 'abandoned')).toMatchObject({
        tags: { 'runwell.task': 'hangs', 'runwell.priority': 'low' },
        exception: { values: [{ mechanism: { type: 'auto.runwell.task', handled: false } }] },
      })
      expect(code).toBe(1)
    },
    30_000,
  )
})

describe('an error that is also an unhandled rejection', () => {
  it.each(['11', '10'])(
    'is one event with Sentry %s',
    async (version) => {
      const program = runProgram('unhandled-rejection', [version, receiver.dsn])

      const { errors } = await program.ended

      const values = receiver.payloads('event').map((event) => event.exception.values.at(-1).value)
      expect(values, errors).toHaveLength(3)
      expect(new Set(values)).toEqual(
        new Set(['seen before', 'seen after', "A value that is not an Error was thrown: 'only a text'"]),
      )
    },
    30_000,
  )
})
