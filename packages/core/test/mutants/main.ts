import { parseArgs } from 'node:util'
import { fields, tryGenerated } from './generated.ts'
import { tryHandwritten } from './handwritten.ts'
import { explanations } from './survivors.ts'
import { explanationOf, minScore, score, staleOf, tableOf, totalOf } from './tables.ts'

// `npm run test:mutants` puts one fault at a time into a copy of core and expects a test to fail.
// A text after `--` selects faults by name or file. Options:
// - `--generated`: Stryker creates the faults, in all folders or in a part such as `kernel/stop.ts:10-40`
// - `--anew`, only with `--generated`: does not reuse the results of earlier runs

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    generated: { type: 'boolean', default: false },
    anew: { type: 'boolean', default: false },
  },
})
const filter = positionals[0] ?? ''

process.exitCode = (values.generated ? await generated() : await written()) ? 0 : 1

async function written(): Promise<boolean> {
  const survivors = await tryHandwritten(filter, print)
  return survivors === 0
}

async function generated(): Promise<boolean> {
  const [named = '', ...part] = filter.split('/')
  const isPart = part.length > 0
  const chosen = fields.filter(({ folder }) => filter === '' || folder === named)
  if (chosen.length === 0)
    throw new Error(
      `unknown folder '${named}', expected one of ${fields.map(({ folder }) => folder).join(', ')}`,
    )
  let isGood = true
  for (const field of chosen) {
    const result = await tryGenerated(field, { anew: values.anew, part: isPart ? part.join('/') : '**/*.ts' })
    const table = tableOf(result, explanations)
    const isExplained = result.survivors.every((survivor) => explanationOf(survivor, explanations))
    const reached = score(totalOf(result))
    print([...table, ''].join('\n'))
    for (const { file, to } of isPart ? [] : staleOf(result, explanations))
      print(`this explanation is no longer needed: ${file}: ${to}`)
    if (!isExplained) print('A mutant survives without an explanation in survivors.ts.')
    if (reached < minScore) print(`The score is below ${minScore} %.`)
    print(`${field.folder}: ${reached.toFixed(1)} %; ${result.seconds.toFixed(0)} s\n`)
    isGood &&= isExplained && reached >= minScore
  }
  return isGood
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
