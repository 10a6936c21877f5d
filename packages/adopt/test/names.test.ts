import { expect, it } from 'vitest'
import { callSite, numbered, taskName } from '../src/base/names.ts'

it.each([
  ['backup', 'backup'],
  ['nightly backup', 'nightly-backup'],
  [' (daily) ', 'daily'],
  ['Sicherung für Köln', 'Sicherung-f-r-K-ln'],
  ['x'.repeat(200), 'x'.repeat(120)],
  ['', undefined],
  ['---', undefined],
  [null, undefined],
  [undefined, undefined],
])('the job %j has the task %j', (name, expected) => {
  expect(taskName(name)).toBe(expected)
})

it('a name with a number stays within the limit', () => {
  expect(numbered('backup', 2)).toBe('backup-2')
  expect(numbered('x'.repeat(120), 10)).toBe(`${'x'.repeat(117)}-10`)
})

it('a function knows the file and line that called it', () => {
  const adopt = (): string | undefined => callSite(adopt)

  expect(adopt()).toMatch(/^names\.test\.ts:\d+$/)
})
