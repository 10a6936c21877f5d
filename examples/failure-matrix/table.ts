import { candidates, scenarios } from './matrix.ts'
import type { Observation } from './scenario.ts'

/** What a run of the whole matrix leaves in `results.json`. */
export interface Results {
  readonly date: string
  readonly node: string
  readonly platform: string
  /** By candidate. */
  readonly versions: Readonly<Record<string, string>>
  /** By scenario, then by candidate. */
  readonly seen: Readonly<Record<string, Readonly<Record<string, Observation>>>>
}

const begin = '<!-- failure-matrix: written by `npm run matrix:failures`, not by hand -->'
const end = '<!-- /failure-matrix -->'

/**
 * The page with its table written anew from `results`.
 * @throws Error when a scenario or a candidate is missing from them, or the markers from the page.
 */
export function withTable(page: string, results: Results): string {
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from) throw new Error('The page lacks the markers of the failure matrix')
  return `${page.slice(0, from)}${begin}\n\n${section(results)}\n\n${page.slice(to)}`
}

function section(results: Results): string {
  const heads = candidates.map(({ id, label }) => `${label} ${versionOf(results, id)}`.trim())
  const rows = scenarios.map((scenario) => {
    const cells = candidates.map(({ id }) => cellOf(results, scenario.id, id))
    return row([`**${scenario.title}**`, ...cells])
  })
  const rule = row(['---', ...heads.map(() => '---')])
  const notes = scenarios.map(({ title, what }) => `- *${title}*: ${what}`)
  const made = `Node ${results.node} on ${results.platform}, ${results.date.slice(0, 10)}. Each cell is what one fresh process did.`
  return [
    [row(['', ...heads]), rule, ...rows].join('\n'),
    made,
    ['What each row does:', '', ...notes].join('\n'),
  ].join('\n\n')
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function versionOf({ versions }: Results, candidate: string): string {
  const version = versions[candidate]
  if (version === undefined) throw new Error(`The results do not say which version of ${candidate} was tried`)
  return version
}

function cellOf(results: Results, scenarioId: string, candidate: string): string {
  const observation = results.seen[scenarioId]?.[candidate]
  if (observation === undefined) throw new Error(`The results lack ${scenarioId} with ${candidate}`)
  if (!observation.offered) return 'no such option'
  const scenario = scenarios.find(({ id }) => id === scenarioId)
  return scenario?.cell(observation) ?? ''
}
