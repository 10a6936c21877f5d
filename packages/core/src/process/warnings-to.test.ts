import { expect, it } from 'vitest'
import { warningsTo } from './process-warning.ts'

it.each([
  ['is missing', undefined],
  [
    'throws',
    () => {
      throw new Error('down')
    },
  ],
  ['rejects', () => Promise.reject(new Error('down'))],
] as const)('a warning goes to the fallback if the function of the user %s', async (_, onWarning) => {
  const said: string[] = []

  warningsTo(onWarning, (text) => said.push(text))('the disk is full')
  await Promise.resolve()

  expect(said).toEqual(['the disk is full'])
})

it('a warning goes only to the function of the user if that works', async () => {
  const [own, other]: [string[], string[]] = [[], []]

  warningsTo(
    (text) => own.push(text),
    (text) => other.push(text),
  )('the disk is full')

  expect([own, other]).toEqual([['the disk is full'], []])
})
