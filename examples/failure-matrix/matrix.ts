import type { Candidate } from './candidate.ts'
import type { Scenario } from './scenario.ts'
import { blocked } from './scenarios/blocked.ts'
import { removesItself, rescheduled } from './scenarios/changing.ts'
import { dead } from './scenarios/dead.ts'
import { firstFailure, rejects, throws } from './scenarios/failing.ts'
import { far } from './scenarios/far.ts'
import { handled } from './scenarios/handled.ts'
import { hangs, hangsLimited } from './scenarios/hanging.ts'
import { interrupted } from './scenarios/interrupted.ts'
import { autumnNight, springNight } from './scenarios/nights.ts'
import { overlapping } from './scenarios/overlapping.ts'
import { severalHosts } from './scenarios/several.ts'
import { stopping, stoppingHung } from './scenarios/stopping.ts'
import { setBack, sleptThrough, suspended } from './scenarios/suspended.ts'
import { traced } from './scenarios/traced.ts'

export const scenarios: readonly Scenario[] = [
  rejects,
  throws,
  handled,
  firstFailure,
  hangs,
  hangsLimited,
  dead,
  overlapping,
  stopping,
  stoppingHung,
  interrupted,
  removesItself,
  rescheduled,
  blocked,
  suspended,
  sleptThrough,
  setBack,
  springNight,
  autumnNight,
  far,
  severalHosts,
  traced,
] as readonly Scenario[]

/** Each candidate has its own `load`, so that a process loads only one library. */
export const candidates: readonly {
  readonly id: string
  readonly label: string
  /** The npm package whose version the table shows; `undefined` for `setInterval`. */
  readonly package: string | undefined
  load(): Promise<{ readonly candidate: Candidate }>
}[] = [
  { id: 'raw', label: '`setInterval`', package: undefined, load: () => import('./candidates/raw.ts') },
  { id: 'croner', label: 'croner', package: 'croner', load: () => import('./candidates/croner.ts') },
  {
    id: 'node-cron',
    label: 'node-cron',
    package: 'node-cron',
    load: () => import('./candidates/node-cron.ts'),
  },
  { id: 'cron', label: 'cron', package: 'cron', load: () => import('./candidates/cron.ts') },
  {
    id: 'toad-scheduler',
    label: 'toad-scheduler',
    package: 'toad-scheduler',
    load: () => import('./candidates/toad-scheduler.ts'),
  },
  {
    id: 'node-schedule',
    label: 'node-schedule',
    package: 'node-schedule',
    load: () => import('./candidates/node-schedule.ts'),
  },
  {
    id: 'runwell',
    label: 'Runwell',
    package: '@runwell/core',
    load: () => import('./candidates/runwell.ts'),
  },
]
