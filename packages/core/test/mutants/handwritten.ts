import { clockMutants } from './clock.ts'
import { kernelMutants } from './kernel.ts'
import { policyMutants } from './policies.ts'
import { shellMutants } from './shell.ts'
import { Workbench } from './trial.ts'

export async function tryHandwritten(filter: string, print: (line: string) => void): Promise<number> {
  const all = [...kernelMutants, ...policyMutants, ...shellMutants, ...clockMutants]
  const chosen = all.filter(({ name, file }) => name.includes(filter) || file.includes(filter))
  const began = performance.now()
  const workbench = await Workbench.make()
  let survivors = 0
  try {
    const tests = [...new Set(chosen.flatMap((mutant) => mutant.tests))]
    const broken = await workbench.run(tests)
    if (broken !== undefined) throw new Error(`a test fails without any fault: ${broken}`)
    print('| fault | in | noticed by |\n| --- | --- | --- |')
    for (const mutant of chosen) {
      const { killedBy } = await workbench.try(mutant)
      if (killedBy === undefined) survivors += 1
      print(`| ${mutant.name} | \`${mutant.file}\` | ${killedBy ?? '**no test**'} |`)
    }
  } finally {
    await workbench.remove()
  }
  const seconds = ((performance.now() - began) / 1_000).toFixed(0)
  print(`\n${chosen.length - survivors} of ${chosen.length} faults are noticed; ${seconds} s`)
  return survivors
}
