import type { Cron } from 'croner'
import { adoptCroner } from '../../src/croner/index.ts'
import type { AdopterHarness } from '../../src/testing/index.ts'

export function cronerHarness(
  Job: typeof Cron,
  pattern: string,
  periodMs: number,
  timezone = 'UTC',
): AdopterHarness {
  return {
    periodMs,
    start({ supervisor, name, job, report }) {
      const cron = new Job(pattern, { name, timezone, catch: report })
      if (supervisor) adoptCroner(supervisor, cron, job as () => void)
      else cron.schedule(job as () => void)
      return {
        adoptAgain: () => supervisor && adoptCroner(supervisor, cron, job as () => void),
        pause: () => cron.pause(),
        resume: () => cron.resume(),
        remove: () => cron.stop(),
      }
    },
  }
}
