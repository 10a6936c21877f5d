import type { Account } from './account.ts'

const begin = '<!-- what test:fleet found -->'
const end = '<!-- end of what test:fleet found -->'

export function table(rows: readonly string[]): string {
  return [
    '| store | slots | ran | of these taken over | skipped | missed | ran twice, untold | lost without a word |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

export function rowOf(name: string, account: Account): string {
  const { slots, ran, takenOver, skipped, missed, twice, lost } = account
  const figures = [slots, ran, takenOver, skipped, missed, twice, lost].map((figure) =>
    figure.toLocaleString('en'),
  )
  return `| ${[name, ...figures].join(' | ')} |`
}

/** Puts the table between its marks. */
export function inPage(page: string, text: string): string {
  const [before, after] = [page.indexOf(begin), page.indexOf(end)]
  if (before < 0 || after < before) throw new Error(`Expected '${begin}' and '${end}' in the page`)
  return `${page.slice(0, before + begin.length)}\n${text}\n${page.slice(after)}`
}
