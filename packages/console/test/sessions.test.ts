import { expect, it } from 'vitest'
import { Sessions } from '../src/access/sessions.ts'

it.each([
  ['orders-api-6f7c9d8b5-x2x9z-4711-k3x9q2ab', 'orders-api-6f7c9d8b5-x2x9z-4712-m8w1z0cd'],
  ['Annas-MacBook-Pro.local-312-00000001', 'Annas-MacBook-Pro.local-312-00000002'],
])('consoles of two processes of a host have cookies with different names: %s, %s', (one, other) => {
  const cookieOf = (id: string) => new Sessions(id).begin('/', false).split('=')[0]

  expect(cookieOf(one)).toMatch(/^runwell_\w{12}$/)
  expect(cookieOf(one)).not.toBe(cookieOf(other))
})
