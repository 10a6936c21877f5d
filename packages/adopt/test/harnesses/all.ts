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
  readonly harness: (pattern: string, periodMs: number) => AdopterHarness
}

export const newest: readonly Library[] = [
  { name: 'node-cron 4', harness: (pattern, ms) => nodeCronHarness(nodeCron, pattern, ms) },
  { name: 'croner 11', harness: (pattern, ms) => cronerHarness(Cron, pattern, ms) },
  { name: 'cron 4', harness: (pattern, ms) => cronHarness(CronJob, pattern, ms) },
  { name: 'a `TracingChannel`', harness: (_, ms) => channelHarness(ms) },
  { name: '`setInterval`', harness: (_, ms) => timersHarness(ms) },
]

export const oldest: readonly Library[] = [
  {
    name: 'node-cron 4.0',
    harness: (pattern, ms) => nodeCronHarness(require('node-cron-v4-0'), pattern, ms),
  },
  { name: 'croner 9', harness: (pattern, ms) => cronerHarness(require('croner-v9').Cron, pattern, ms) },
  { name: 'cron 3', harness: (pattern, ms) => cronHarness(require('cron-v3').CronJob, pattern, ms) },
]
