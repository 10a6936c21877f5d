import type { Account } from './account.ts'

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
