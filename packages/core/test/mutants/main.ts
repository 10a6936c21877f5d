import { parseArgs } from 'node:util'
import { tryByHand } from './by-hand.ts'
import { fields, tryGenerated } from './generated.ts'
import { writeSection } from './page.ts'
import { explanations } from './survivors.ts'
import { explanationOf, leastScore, score, staleOf, tableOf, totalOf } from './tables.ts'

// `npm run test:mutants` makes one fault after the other in a copy of core, and expects a test to fail; a text after `--`
// chooses those whose name or file has it. `--generated` lets Stryker make them, in all folders, in the one that is
// named, or in a part of one (`kernel/stop.ts`, `kernel/stop.ts:10-40`), and expects an explanation of each that survives;
// what it knows of earlier times counts, unless `--anew`. `--page` writes what it tells into docs/proof.md as well.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    generated: { type: 'boolean', default: false },
    anew: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
  },
})
const predicateSaid = positionals[0] ?? ''
if (values.page && !values.generated && predicateSaid !== '')
  throw new Error('The page shows all faults, or none')

process.exitCode = (values.generated ? await generated() : await byHand()) ? 0 : 1

async function byHand(): Promise<boolean> {
  const told: string[] = []
  const survivors = await tryByHand(predicateSaid, (line) => {
    told.push(line)
    print(line)
  })
  if (values.page) await writeSection('by hand', told)
  return survivors === 0
}

async function generated(): Promise<boolean> {
  const [named = '', ...part] = predicateSaid.split('/')
  const isPart = part.length > 0
  if (values.page && isPart) throw new Error('The page shows whole folders')
  const chosen = fields.filter(({ folder }) => predicateSaid === '' || folder === named)
  if (chosen.length === 0)
    throw new Error(`No folder '${named}'; there are ${fields.map(({ folder }) => folder).join(', ')}`)
  let isGood = true
  for (const field of chosen) {
    const result = await tryGenerated(field, { anew: values.anew, part: isPart ? part.join('/') : '**/*.ts' })
    const table = tableOf(result, explanations)
    const isExplained = result.survivors.every((survivor) => explanationOf(survivor, explanations))
    const reached = score(totalOf(result))
    print([...table, ''].join('\n'))
    for (const { file, to } of isPart ? [] : staleOf(result, explanations))
      print(`An explanation that nothing needs any more: ${file}: ${to}`)
    if (!isExplained) print('A mutant survives, and survivors.ts does not say why.')
    if (reached < leastScore) print(`The score is below ${leastScore} %.`)
    print(`${field.folder}: ${reached.toFixed(1)} %; ${result.seconds.toFixed(0)} s\n`)
    if (values.page) await writeSection(field.folder, table)
    isGood &&= isExplained && reached >= leastScore
  }
  return isGood
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
