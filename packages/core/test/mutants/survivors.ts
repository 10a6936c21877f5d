import type { Explanation } from './survivors/explanation.ts'
import { health } from './survivors/health.ts'
import { kernel } from './survivors/kernel.ts'
import { kernelStop } from './survivors/kernel-stop.ts'
import { restart } from './survivors/restart.ts'
import { schedule } from './survivors/schedule.ts'
import { shutdown } from './survivors/shutdown.ts'

/** `npm run test:mutants -- --generated` fails if a surviving mutant has no explanation here. */
export const explanations: readonly Explanation[] = [
  ...schedule,
  ...restart,
  ...health,
  ...shutdown,
  ...kernel,
  ...kernelStop,
]
