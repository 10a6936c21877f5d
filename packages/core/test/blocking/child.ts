import type { Trial, Verdict } from './trial.ts'
import { tryOut } from './trial.ts'

// Runs in its own process, because the trials really block its event loop.

const trials = JSON.parse(process.argv[2] ?? '[]') as Trial[]
const verdicts: Verdict[] = []
for (const trial of trials) verdicts.push(await tryOut(trial))
process.stdout.write(JSON.stringify(verdicts))
