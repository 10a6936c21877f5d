import { adoptNodeCron } from '../../src/node-cron/index.ts'
import type { AdopterHarness } from '../../src/testing/index.ts'

type NodeCron = typeof import('node-cron')

export function nodeCronHarness(
  nodeCron: NodeCron,
  pattern: string,
  periodMs: number,
  timezone = 'UTC',
): AdopterHarness {
  return {
    periodMs,
    start({ supervisor, name, job, report }) {
      const cron = supervisor ? adoptNodeCron(nodeCron, supervisor) : nodeCron
      const logger = { info() {}, debug() {}, warn: report, error: report }
      const task = cron.schedule(pattern, job, { name, timezone, logger })
      return {
        adoptAgain: () => supervisor && adoptNodeCron(cron, supervisor),
        pause: () => task.stop(),
        resume: () => task.start(),
        remove: () => task.destroy(),
      }
    },
  }
}
