import { describe, expect, it } from 'vitest'
import { findIdioms } from './idioms.ts'

describe('the check for idioms', () => {
  it.each([
    'The failure is told once.',
    'What is missed is reported.',
    'It waits, for it has no slot.',
    'A reschedule is no start.',
    'The promise was handled by nobody.',
    'A promise is dear.',
  ])('finds %j in a page', (text) => {
    expect(findIdioms('docs/page.md', text)).toMatchObject([{ line: 1 }])
  })

  it('leaves plain English alone', () => {
    const text = [
      'There is no cycle.',
      'The run is no longer alive.',
      'Two tasks cannot be told apart.',
      'What happens if it fails?',
      'Use a list, for example of names.',
    ]

    expect(findIdioms('docs/page.md', text.join('\n'))).toEqual([])
  })

  it('reads the comments and the names of tests in code, and nothing else', () => {
    const code = [
      'const text = "nobody"',
      '// nobody waits',
      'call() // nobody waits',
      "it('waits for nobody', () => {})",
      ' * Waits for nobody.',
    ]

    expect(findIdioms('a.ts', code.join('\n')).map(({ line }) => line)).toEqual([2, 3, 4, 5])
  })

  it('skips code in a page, code in a comment, and the targets of links', () => {
    expect(findIdioms('a.md', '```ts\n// nobody\n```\nSee `nobody`.')).toEqual([])
    expect(findIdioms('a.ts', '// `nobody`: a console without viewers')).toEqual([])
    expect(findIdioms('a.md', 'See [the decision](0001-nobody.md).')).toEqual([])
  })
})
