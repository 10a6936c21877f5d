import { restartCauses, skipReasons } from '@runwell/core/adapter'
import { attr } from '../base/attribute-keys.ts'
import { resultOf, results } from '../base/results.ts'
import type { Metric } from './metric.ts'

const durationBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600,
]
const lagBuckets = [0.001, 0.01, 0.1, 0.5, 1, 5, 30, 300, 3600]

export const errorTypesPerTask = 5

export const runTable = [
  {
    name: 'runwell.task.runs',
    instrument: 'counter',
    unit: '{run}',
    description: 'Runs that ended, by result.',
    of: 'task',
    attributes: [{ key: attr.runResult, values: results }],
    when: 'From the registration of the task on. Each result starts at 0.',
    from: [{ counter: 'outcomes', attribute: attr.runResult, words: resultOf, fromZero: true }],
  },
  {
    name: 'runwell.task.run.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of runs that succeeded, failed or timed out.',
    of: 'task',
    attributes: [
      {
        key: attr.runResult,
        values: ['success', 'failure'],
        note: '`runwell.task.run.duration` has only `success` and `failure`, and counts a timeout as `failure`',
      },
    ],
    when: 'Recorded at the end of each run. Cancelled runs, abandoned runs and loops are not recorded.',
    buckets: durationBuckets,
  },
  {
    name: 'runwell.task.run.active',
    instrument: 'up-down counter',
    unit: '{run}',
    description: 'Active runs, including abandoned ones.',
    of: 'task',
    attributes: [],
    when: 'While a run is active; 0 afterwards.',
  },
  {
    name: 'runwell.task.run.oldest_active.timestamp',
    instrument: 'gauge',
    unit: 's',
    description: 'Start of the oldest active run, in seconds since 1970.',
    of: 'task',
    attributes: [],
    when: 'While a run is active; 0 afterwards.',
  },
  {
    name: 'runwell.task.errors',
    instrument: 'counter',
    unit: '{error}',
    description: 'Errors of runs, including errors of retried attempts and of failed units.',
    of: 'task',
    attributes: [
      {
        key: attr.errorType,
        note: `names of errors: at most ${errorTypesPerTask} names for each task; \`other\` counts errors with other names`,
      },
    ],
    when: 'From the first error of this type on.',
  },
  {
    name: 'runwell.task.failures.consecutive',
    instrument: 'up-down counter',
    unit: '{run}',
    description:
      'Unsuccessful runs since the last success, or since the last stable run of a loop. Cancelled runs do not count.',
    of: 'task',
    attributes: [],
    when: 'From the first unsuccessful run until the next success, or until a run of a loop is stable; 0 afterwards.',
  },
  {
    name: 'runwell.task.last_success.timestamp',
    instrument: 'gauge',
    unit: 's',
    description:
      'End of the last successful run, in seconds since 1970. In a fleet, a run in any process counts.',
    of: 'task',
    attributes: [],
    when: 'From the first success on.',
  },
  {
    name: 'runwell.task.success_due.timestamp',
    instrument: 'gauge',
    unit: 's',
    description:
      'Newest slot whose run must have succeeded by now, in seconds since 1970. The slot may be before the start of the process.',
    of: 'task',
    attributes: [],
    when: 'For tasks with slots. The task is overdue while this value is later than its last success: see `RunwellTaskOverdue` in `docs/alerts.md`. 0 while the task is paused or on standby. For `schedules.delay`, also 0 while no such slot is known.',
  },
  {
    name: 'runwell.task.next_run.timestamp',
    instrument: 'gauge',
    unit: 's',
    description: 'Due time of the next run, in seconds since 1970.',
    of: 'task',
    attributes: [],
    when: 'While a run is planned; 0 afterwards.',
  },
  {
    name: 'runwell.task.schedule.interval',
    instrument: 'gauge',
    unit: 's',
    description: 'Shortest time between two slots.',
    of: 'task',
    attributes: [],
    when: 'For tasks whose schedule has a period.',
  },
  {
    name: 'runwell.task.schedule.lag',
    instrument: 'histogram',
    unit: 's',
    description: 'Delay of the start of a run after its slot. Jitter and spread do not count.',
    of: 'task',
    attributes: [],
    when: 'Recorded at the start of each run that has a slot.',
    buckets: lagBuckets,
  },
  {
    name: 'runwell.task.schedule.skips',
    instrument: 'counter',
    unit: '{run}',
    description: 'Slots and triggers that did not lead to a run.',
    of: 'task',
    attributes: [
      {
        key: attr.skipReason,
        values: [...skipReasons, 'missed'],
        note: '`missed`: no run started in time',
      },
    ],
    when: 'From the first skip for this reason on.',
    from: [
      { counter: 'skipped', attribute: attr.skipReason },
      { counter: 'missed', attribute: attr.skipReason, value: 'missed' },
    ],
  },
  {
    name: 'runwell.task.restarts',
    instrument: 'counter',
    unit: '{restart}',
    description: 'Restarts, by reason. Trials of a parked loop do not count.',
    of: 'task',
    attributes: [
      {
        key: attr.restartReason,
        values: restartCauses,
        note: '`manual`: a run ignored the abort of a manual restart, was abandoned, and ended later. Other manual restarts do not count',
      },
    ],
    when: 'From the first restart for this reason on.',
    from: [{ counter: 'restarts', attribute: attr.restartReason }],
  },
  {
    name: 'runwell.task.next_restart.timestamp',
    instrument: 'gauge',
    unit: 's',
    description: 'Due time of the restart, or of the next trial of a parked task, in seconds since 1970.',
    of: 'task',
    attributes: [],
    when: 'While the task waits for a restart or is parked; 0 afterwards.',
  },
  {
    name: 'runwell.task.units',
    instrument: 'counter',
    unit: '{unit}',
    description: 'Units of work that ended, by result.',
    of: 'task',
    attributes: [{ key: attr.unitResult, values: ['success', 'failure', 'cancellation'] }],
    when: 'From the first unit with this result on.',
    from: [{ counter: 'units', attribute: attr.unitResult, words: resultOf }],
  },
  {
    name: 'runwell.task.unit.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of units of work.',
    of: 'task',
    attributes: [{ key: attr.unitResult, values: ['success', 'failure'] }],
    when: 'Recorded at the end of each unit. Cancelled units are not recorded.',
    buckets: durationBuckets,
  },
  {
    name: 'runwell.task.last_beat.timestamp',
    instrument: 'gauge',
    unit: 's',
    description: 'Time of the last beat, in seconds since 1970.',
    of: 'task',
    attributes: [],
    when: 'From the first beat on.',
  },
  {
    name: 'runwell.task.eventloop.blocked.time',
    instrument: 'counter',
    unit: 's',
    description:
      'Time for which the task blocked the event loop. This includes blocks that the task has most likely caused.',
    of: 'task',
    attributes: [],
    when: 'From the first block on.',
    from: [{ counter: 'blockedMs', divisor: 1000 }],
  },
] as const satisfies readonly Metric[]
