import type { Trial, Verdict } from './trial.ts'
import { tryOut } from './trial.ts'

// Runs trials one after another in its own process, because the blocking is real.

const trials = JSON.parse(process.argv[2] ?? '[]') as Trial[]
const verdicts: Verdict[] = []
for (const trial of trials) verdicts.push(await tryOut(trial))
process.stdout.write(JSON.stringify(verdicts))
