import type { Count, FieldResult, Survivor } from './generated.ts'
import type { Explanation } from './survivors/explanation.ts'

export const minScore = 90

export function score({ noticed, survived }: Pick<Count, 'noticed' | 'survived'>): number {
  return (100 * noticed) / (noticed + survived)
}

export function totalOf({ counts }: FieldResult): Omit<Count, 'file'> {
  const sum = (key: 'noticed' | 'endless' | 'survived' | 'untried'): number =>
    counts.reduce((all, count) => all + count[key], 0)
  return {
    noticed: sum('noticed'),
    endless: sum('endless'),
    survived: sum('survived'),
    untried: sum('untried'),
  }
}

export function explanationOf(
  survivor: Survivor,
  explanations: readonly Explanation[],
): Explanation | undefined {
  return explanations.find(
    ({ file, from, to }) => file === survivor.file && from === survivor.from && to.includes(survivor.to),
  )
}

export function staleOf(
  { folder, survivors }: FieldResult,
  explanations: readonly Explanation[],
): readonly Pick<Survivor, 'file' | 'from' | 'to'>[] {
  const isNeeded = (file: string, from: string, to: string): boolean =>
    survivors.some((survivor) => survivor.file === file && survivor.from === from && survivor.to === to)
  return explanations
    .filter(({ file }) => file.startsWith(`${folder}/`))
    .flatMap(({ file, from, to }) => to.map((one) => ({ file, from, to: one })))
    .filter(({ file, from, to }) => !isNeeded(file, from, to))
}

export function tableOf(result: FieldResult, explanations: readonly Explanation[]): readonly string[] {
  const total = { file: `**${result.folder}**`, ...totalOf(result) }
  const rows = [...result.counts.map((count) => ({ ...count, file: `\`${count.file}\`` })), total].map(
    (count) =>
      `| ${count.file} | ${count.noticed + count.survived} | ${count.noticed} | ${count.endless} | ${count.survived} | ${count.untried} | ${scoreText(count)} |`,
  )
  const explained = result.survivors.map((survivor) => {
    const why = explanationOf(survivor, explanations)?.why
    const none = survivor.isCovered ? '**unexplained**' : '**unexplained: no test covers it**'
    return `| \`${survivor.file}\` | ${code(survivor.from)} | ${code(survivor.to)} | ${why ?? none} |`
  })
  const head = ['| file | mutants | noticed | of them endless | survive | not tried | score |', rule(7)]
  const survivors = ['', '| survives in | where it says | and the mutant | because |', rule(4), ...explained]
  return [...head, ...rows, ...(explained.length === 0 ? [] : survivors)]
}

function scoreText(count: Omit<Count, 'file'>): string {
  return count.noticed + count.survived === 0 ? '' : `${score(count).toFixed(1)} %`
}

function rule(columns: number): string {
  return `|${' --- |'.repeat(columns)}`
}

function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`'
  return `${fence}${fence === '``' ? ' ' : ''}${text.replaceAll('|', '\\|')}${fence === '``' ? ' ' : ''}${fence}`
}
