import { manual } from '@runwell/core'
import { expect, it, vi } from 'vitest'
import { askable } from './ask.ts'

const token = 'a-token-of-16-letters'
const withToken = { headers: { authorization: `Bearer ${token}` } }

it('more than ten writes in a second are refused, however many log in without the token', async () => {
  vi.spyOn(Date, 'now').mockReturnValue(0)
  const { supervisor, write } = askable({ token })
  supervisor.register({ name: 'a', schedule: manual(), run: () => {} })
  const logins: number[] = []
  for (let n = 0; n < 12; n += 1) logins.push((await write('session')).status)
  const pauses: number[] = []
  for (let n = 0; n < 12; n += 1) pauses.push((await write('tasks/a/pause', {}, withToken)).status)
  vi.restoreAllMocks()

  expect(logins).toEqual([...Array(10).fill(401), 429, 429])
  expect(pauses).toEqual([...Array(10).fill(200), 429, 429])
})
