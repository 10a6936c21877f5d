import { expect, it } from 'vitest'
import type { SetupName } from './programs/setups.ts'
import { Receiver } from './receiver.ts'
import { runProgram } from './run-program.ts'

it.each(['v11 alone', 'v11 with its tracing', 'v10 alone'] satisfies SetupName[])(
  'no event of a run has the user of the request that imported core first: %s',
  async (setup) => {
    const receiver = await Receiver.open()
    const { errors } = await runProgram('first-import', [setup, receiver.dsn]).ended
    await receiver.close()

    const events = receiver.payloads('event')
    const texts = events.map((event) => event.exception?.values.at(-1).value as string | undefined)
    expect(texts, errors).toEqual(expect.arrayContaining(['noticed', 'failed']))
    for (const event of events) {
      expect(event.user).toBeUndefined()
      expect(event.tags ?? {}).not.toHaveProperty('request')
      expect(JSON.stringify(event)).not.toContain('alice')
    }
  },
  60_000,
)
