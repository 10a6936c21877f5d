import { createRequire } from 'node:module'
import { CronJob } from 'cron'
import { Cron } from 'croner'
import * as nodeCron from 'node-cron'
import type { AdopterHarness } from '../../src/testing/index.ts'
import { channelHarness } from './channel.ts'
import { cronHarness } from './cron.ts'
import { cronerHarness } from './croner.ts'
import { nodeCronHarness } from './node-cron.ts'
import { timersHarness } from './timers.ts'

/** Older versions are installed under other names. */
const require = createRequire(import.meta.url)

export interface Library {
  readonly name: string
  /** @param pattern - a cron expression with one slot per `periodMs` */
  readonly harness: (pattern: string, periodMs: number, timeZone?: string) => AdopterHarness
}

export const newest: readonly Library[] = [
  { name: 'node-cron 4', harness: (...job) => nodeCronHarness(nodeCron, ...job) },
  { name: 'croner 11', harness: (...job) => cronerHarness(Cron, ...job) },
  { name: 'cron 4', harness: (...job) => cronHarness(CronJob, ...job) },
  { name: 'a `TracingChannel`', harness: (_, ms) => channelHarness(ms) },
  { name: '`setInterval`', harness: (_, ms) => timersHarness(ms) },
]

export const oldest: readonly Library[] = [
  {
    name: 'node-cron 4.0',
    harness: (...job) => nodeCronHarness(require('node-cron-v4-0'), ...job),
  },
  { name: 'croner 9', harness: (...job) => cronerHarness(require('croner-v9').Cron, ...job) },
  { name: 'cron 3', harness: (...job) => cronHarness(require('cron-v3').CronJob, ...job) },
]
