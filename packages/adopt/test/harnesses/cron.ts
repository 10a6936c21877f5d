import type { CronJob } from 'cron'
import { adoptCronJob } from '../../src/cron/index.ts'
import type { AdopterHarness } from '../../src/testing/index.ts'

export function cronHarness(
  Job: typeof CronJob,
  pattern: string,
  periodMs: number,
  timeZone = 'UTC',
): AdopterHarness {
  return {
    periodMs,
    start({ supervisor, name, job, report }) {
      const given = {
        name,
        cronTime: pattern,
        onTick: job as () => void,
        timeZone,
        errorHandler: report,
        start: true,
      }
      const params = supervisor ? adoptCronJob(supervisor, given) : given
      const cron = Job.from(params)
      return {
        adoptAgain: () => supervisor && adoptCronJob(supervisor, params),
        pause: () => cron.stop(),
        resume: () => cron.start(),
        remove: () => cron.stop(),
      }
    },
  }
}
