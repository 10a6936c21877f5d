import type { Account } from './account.ts'

export function table(rows: readonly string[]): string {
  return [
    '| store | slots | ran | ran after a takeover | ran and was also reported | skipped | missed | started twice without a lost lease | lost without a report |',
    '| --- | --: | --: | --: | --: | --: | --: | --: | --: |',
    ...rows,
  ].join('\n')
}

export function rowOf(name: string, account: Account): string {
  const { slots, ran, takenOver, ranAndTold, skipped, missed, twice, lost } = account
  const figures = [slots, ran, takenOver, ranAndTold, skipped, missed, twice, lost].map((figure) =>
    figure.toLocaleString('en'),
  )
  return `| ${[name, ...figures].join(' | ')} |`
}
