import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guideWithAttacks } from '../scripts/attack-table.ts'
import { attacks, isRefused } from './attacks/attacks.ts'
import { requestText, sendRaw } from './attacks/raw.ts'
import { Victims } from './attacks/victims.ts'

let victims: Victims

beforeAll(async () => {
  victims = await Victims.start()
})

afterAll(async () => {
  await victims[Symbol.asyncDispose]()
})

describe('the console refuses', () => {
  it.each(attacks.map((attack) => [attack.name, attack] as const))('%s', async (_, attack) => {
    const answer = await sendRaw(victims.ports.get(attack.victim) ?? 0, victims.fill(attack.sends))

    expect(isRefused(attack, answer), `${answer.headers}\n${answer.body.slice(0, 300)}`).toBe(true)
    expect(victims.runs).toBe(0)
  })

  it('nothing that the page itself does', async () => {
    const sends = requestText('GET', '/api/v1/snapshot', {
      cookie: '{cookie}',
      'sec-fetch-site': 'same-origin',
    })
    const answer = await sendRaw(victims.ports.get('listening') ?? 0, victims.fill(sends))

    expect(answer.status).toBe(200)
  })
})

it('the guide lists every attack (if not, run npx tsx packages/console/scripts/attack-table.ts)', () => {
  const { now, expected } = guideWithAttacks()
  expect(now).toBe(expected)
})
