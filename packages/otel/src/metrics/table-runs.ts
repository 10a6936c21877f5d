import { restartCauses, skipReasons } from '@runwell/core/adapter'
import { attr } from '../base/attribute-keys.ts'
import { resultOf, results } from '../base/results.ts'
import type { Metric } from './metric.ts'

const durationBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600,
]
const lagBuckets = [0.001, 0.01, 0.1, 0.5, 1, 5, 30, 300, 3600]

/** The highest number of `error.type` values with their own series per task. */
export const errorTypesPerTask = 5

/** Metrics of runs, units, errors, restarts and schedules. */
export const runTable = [
  {
    name: 'runwell.task.runs',
    instrument: 'counter',
    unit: '{run}',
    description: 'Runs that have ended, by how they ended.',
    of: 'task',
    attributes: [{ key: attr.runResult, values: results }],
    when: 'From registration on, all results from 0.',
    from: [{ counter: 'outcomes', attribute: attr.runResult, words: resultOf, fromZero: true }],
  },
  {
    name: 'runwell.task.run.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'How long runs took that succeeded, failed or timed out.',
    of: 'task',
    attributes: [
      { key: attr.runResult, values: ['success', 'failure'], note: 'a timeout is a failure here' },
    ],
    when: 'Recorded at the end of each run. Cancelled and abandoned runs have no duration, nor have loops.',
    buckets: durationBuckets,
  },
  {
    name: 'runwell.task.run.active',
    instrument: 'up-down counter',
    unit: '{run}',
    description: 'Runs that live now, abandoned ones included.',
    of: 'task',
    attributes: [],
    when: 'While a run lives; then 0.',
  },
  {
    name: 'runwell.task.run.oldest_active.timestamp',
    instrument: 'gauge',
    unit: 's',
    description: 'When the oldest run that lives now began, in seconds since 1970.',
    of: 'task',
    attributes: [],
    when: 'While a run lives; then 0.',
  },
  {
    name: 'runwell.task.errors',
    instrument: 'counter',
    unit: '{error}',
    description: 'Errors of runs, those of retried attempts included.',
    of: 'task',
    attributes: [
      {
        key: attr.errorType,
        note: `names of errors, the first ${errorTypesPerTask} of each task, then \`other\``,
      },
    ],
    when: 'Once there was such an error.',
  },
  {
    name: 'runwell.task.failures.consecutive',
    instrument: 'up-down counter',
    unit: '{run}',
    description: 'Runs since the last success that did not succeed; cancelled ones are not counted.',
    of: 'task',
    attributes: [],
    when: 'While there is one; then 0.',
  },
  {
    name: 'runwell.task.last_success.timestamp',
    instrument: 'gauge',
    unit: 's',
    description: 'When a run last succeeded, in seconds since 1970.',
    of: 'task',
    attributes: [],
    when: 'From the first success on.',
  },
  {
    name: 'runwell.task.success_due.timestamp',
    instrument: 'gauge',
    unit: 's',
    description:
      'The newest slot that must have succeeded by now, from the schedule alone, in seconds since 1970.',
    of: 'task',
    attributes: [],
    when: 'Tasks with slots; 0 while paused or standby. Absent for loops and manual tasks.',
  },
  {
    name: 'runwell.task.next_run.timestamp',
    instrument: 'gauge',
    unit: 's',
    description: 'When the next run is due, in seconds since 1970.',
    of: 'task',
    attributes: [],
    when: 'While a run is due; then 0.',
  },
  {
    name: 'runwell.task.schedule.interval',
    instrument: 'gauge',
    unit: 's',
    description: 'Time between two slots; for cron the shortest.',
    of: 'task',
    attributes: [],
    when: 'Tasks with a period.',
  },
  {
    name: 'runwell.task.schedule.lag',
    instrument: 'histogram',
    unit: 's',
    description: 'How long after its slot (and jitter) a run started.',
    of: 'task',
    attributes: [],
    when: 'Recorded at the start of each run that has a slot.',
    buckets: lagBuckets,
  },
  {
    name: 'runwell.task.schedule.skips',
    instrument: 'counter',
    unit: '{run}',
    description: 'Slots and triggers that gave no run.',
    of: 'task',
    attributes: [
      { key: attr.skipReason, values: [...skipReasons, 'missed'], note: 'missed: not decided in time' },
    ],
    when: 'Once there was such a skip.',
    from: [
      { counter: 'skipped', attribute: attr.skipReason },
      { counter: 'missed', attribute: attr.skipReason, value: 'missed' },
    ],
  },
  {
    name: 'runwell.task.restarts',
    instrument: 'counter',
    unit: '{restart}',
    description: 'Restarts, by what ended the generation before or asked for it.',
    of: 'task',
    attributes: [{ key: attr.restartReason, values: restartCauses }],
    when: 'Once there was such a restart.',
    from: [{ counter: 'restarts', attribute: attr.restartReason }],
  },
  {
    name: 'runwell.task.next_restart.timestamp',
    instrument: 'gauge',
    unit: 's',
    description: 'When the restart, or the trial of a parked task, is due, in seconds since 1970.',
    of: 'task',
    attributes: [],
    when: 'While backing off or parked; then 0.',
  },
  {
    name: 'runwell.task.units',
    instrument: 'counter',
    unit: '{unit}',
    description: 'Units of work that have ended inside runs.',
    of: 'task',
    attributes: [{ key: attr.unitResult, values: ['success', 'failure', 'cancellation'] }],
    when: 'Once there was such a unit.',
    from: [{ counter: 'units', attribute: attr.unitResult, words: resultOf }],
  },
  {
    name: 'runwell.task.unit.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'How long units of work took.',
    of: 'task',
    attributes: [{ key: attr.unitResult, values: ['success', 'failure'] }],
    when: 'Recorded at the end of each unit.',
    buckets: durationBuckets,
  },
  {
    name: 'runwell.task.last_beat.timestamp',
    instrument: 'gauge',
    unit: 's',
    description: 'The last beat, in seconds since 1970.',
    of: 'task',
    attributes: [],
    when: 'Once there was a beat.',
  },
  {
    name: 'runwell.task.eventloop.blocked.time',
    instrument: 'counter',
    unit: 's',
    description:
      'Time for which the event loop was held, charged to the tasks that held it, or most likely did.',
    of: 'task',
    attributes: [],
    when: 'Once it held the loop.',
    from: [{ counter: 'blockedMs', divisor: 1000 }],
  },
] as const satisfies readonly Metric[]
