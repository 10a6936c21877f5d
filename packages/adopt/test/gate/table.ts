import type { AdopterVerdict } from '../../src/testing/index.ts'

const begin = '<!-- what test:adopt found -->'
const end = '<!-- end of what test:adopt found -->'

export function table(rows: readonly string[]): string {
  return [
    '| library | a dead job is unhealthy after | failures counted | a healthy job in a month | a stop during a run |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

export function rowOf(name: string, verdict: AdopterVerdict): string {
  const { foundAfter, failuresCounted, falseAlarms, runsInMonth, stopWaits, stopNames } = verdict
  const waited = stopWaits ? 'waits for a run' : 'does not wait for a run'
  const cells = [
    name,
    foundAfter === undefined ? 'never' : `${foundAfter.toFixed(2)} × its grace`,
    `${failuresCounted} of 3`,
    `${falseAlarms} false alarms in ${runsInMonth} runs`,
    stopNames ? `${waited}, names one that hangs` : `${waited}, names none`,
  ]
  return `| ${cells.join(' | ')} |`
}

export function inPage(page: string, text: string): string {
  const [before, after] = [page.indexOf(begin), page.indexOf(end)]
  if (before < 0 || after < before) throw new Error(`Expected '${begin}' and '${end}' in the page`)
  return `${page.slice(0, before + begin.length)}\n${text}\n${page.slice(after)}`
}
