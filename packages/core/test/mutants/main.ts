import { kernelMutants } from './kernel.ts'
import { policyMutants } from './policies.ts'
import { shellMutants } from './shell.ts'
import { Workbench } from './trial.ts'

// Makes one fault after the other in a copy of core, and expects a test to fail: `npm run test:mutants`. A text after
// `--` chooses those whose name or file has it.

const wanted = process.argv[2] ?? ''
const all = [...kernelMutants, ...policyMutants, ...shellMutants]
const chosen = all.filter(({ name, file }) => name.includes(wanted) || file.includes(wanted))
const began = performance.now()
const workbench = await Workbench.make()
let survivors = 0
try {
  const tests = [...new Set(chosen.flatMap((mutant) => mutant.tests))]
  const broken = await workbench.run(tests)
  if (broken !== undefined) throw new Error(`Without any fault a test fails: ${broken}`)
  process.stdout.write('| fault | in | noticed by |\n| --- | --- | --- |\n')
  for (const mutant of chosen) {
    const { killedBy } = await workbench.try(mutant)
    if (killedBy === undefined) survivors += 1
    process.stdout.write(`| ${mutant.name} | \`${mutant.file}\` | ${killedBy ?? '**nobody**'} |\n`)
  }
} finally {
  await workbench.remove()
}
const seconds = ((performance.now() - began) / 1_000).toFixed(0)
process.stdout.write(`\n${chosen.length - survivors} of ${chosen.length} faults are noticed; ${seconds} s\n`)
process.exitCode = survivors === 0 ? 0 : 1
