import { expect, it, vi } from 'vitest'
import { askable } from './ask.ts'

it('an `onWarning` that throws breaks no request, and the warning goes to the console of the process', async () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const { ask } = askable({
    authorize: () => {
      throw new Error('no sign-in')
    },
    onWarning: () => {
      throw new Error('the logger is closed')
    },
  })

  const { status } = await ask('snapshot')
  const lines = warned.mock.calls.map(([line]) => line)
  warned.mockRestore()

  expect(status).toBe(403)
  expect(lines).toEqual([
    '[runwell] `authorize` of the console threw an error, so the request was refused: Error: no sign-in',
  ])
})
