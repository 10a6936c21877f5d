import { kernelMutants } from './kernel.ts'
import { policyMutants } from './policies.ts'
import { shellMutants } from './shell.ts'
import { Workbench } from './trial.ts'

/** Makes the faults whose name or file has `predicateSaid`, one after the other, and tells a table. @returns how many nobody noticed */
export async function tryByHand(predicateSaid: string, tell: (line: string) => void): Promise<number> {
  const all = [...kernelMutants, ...policyMutants, ...shellMutants]
  const chosen = all.filter(({ name, file }) => name.includes(predicateSaid) || file.includes(predicateSaid))
  const began = performance.now()
  const workbench = await Workbench.make()
  let survivors = 0
  try {
    const tests = [...new Set(chosen.flatMap((mutant) => mutant.tests))]
    const broken = await workbench.run(tests)
    if (broken !== undefined) throw new Error(`Without any fault a test fails: ${broken}`)
    tell('| fault | in | noticed by |\n| --- | --- | --- |')
    for (const mutant of chosen) {
      const { killedBy } = await workbench.try(mutant)
      if (killedBy === undefined) survivors += 1
      tell(`| ${mutant.name} | \`${mutant.file}\` | ${killedBy ?? '**nobody**'} |`)
    }
  } finally {
    await workbench.remove()
  }
  const seconds = ((performance.now() - began) / 1_000).toFixed(0)
  tell(`\n${chosen.length - survivors} of ${chosen.length} faults are noticed; ${seconds} s`)
  return survivors
}
