import type { Explanation } from './survivors/explanation.ts'
import { health } from './survivors/health.ts'
import { kernel } from './survivors/kernel.ts'
import { kernelStop } from './survivors/kernel-stop.ts'
import { restart } from './survivors/restart.ts'
import { schedule } from './survivors/schedule.ts'
import { shutdown } from './survivors/shutdown.ts'

/** The explanations of all mutants that no test notices. `--generated` fails if an explanation is missing. */
export const explanations: readonly Explanation[] = [
  ...schedule,
  ...restart,
  ...health,
  ...shutdown,
  ...kernel,
  ...kernelStop,
]
