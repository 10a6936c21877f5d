import { healthStatuses } from '@runwell/core/adapter'
import { attr } from '../base/attribute-keys.ts'
import { statusStates } from '../base/results.ts'
import type { Metric } from './metric.ts'

const monitorBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]
const shutdownBuckets = [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 15, 20, 25, 30, 60, 120]

/** Metrics of the supervisor itself. */
export const supervisorTable = [
  {
    name: 'runwell.supervisor.up',
    instrument: 'up-down counter',
    unit: '{supervisor}',
    description: 'Whether the supervisor has started and not stopped.',
    of: 'supervisor',
    attributes: [],
    when: 'Always.',
  },
  {
    name: 'runwell.supervisor.live',
    instrument: 'up-down counter',
    unit: '{supervisor}',
    description: 'Whether the process is live.',
    of: 'supervisor',
    attributes: [],
    when: 'From the first tick on.',
  },
  {
    name: 'runwell.supervisor.ready',
    instrument: 'up-down counter',
    unit: '{supervisor}',
    description: 'Whether the process is ready; 0 as soon as it stops.',
    of: 'supervisor',
    attributes: [],
    when: 'From the first tick on.',
  },
  {
    name: 'runwell.supervisor.health',
    instrument: 'up-down counter',
    unit: '{supervisor}',
    description: 'Health of the process: 1 for its current health.',
    of: 'supervisor',
    attributes: [{ key: attr.supervisorHealth, values: healthStatuses }],
    when: 'From the first tick on: its current health, and 0 for each earlier one.',
  },
  {
    name: 'runwell.supervisor.tasks',
    instrument: 'up-down counter',
    unit: '{task}',
    description: 'Registered tasks, by category and state.',
    of: 'supervisor',
    attributes: [{ key: attr.taskCategory }, { key: attr.taskState, values: statusStates }],
    when: 'For each pair with tasks, and 0 for each earlier pair.',
  },
  {
    name: 'runwell.supervisor.monitor.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of a monitor tick.',
    of: 'supervisor',
    attributes: [],
    when: 'Recorded at each tick.',
    buckets: monitorBuckets,
  },
  {
    name: 'runwell.supervisor.shutdown.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of the shutdown.',
    of: 'supervisor',
    attributes: [],
    when: 'Recorded once, before the last export.',
    buckets: shutdownBuckets,
  },
  {
    name: 'runwell.supervisor.shutdown.abandoned',
    instrument: 'up-down counter',
    unit: '{run}',
    description: 'Runs that were still active when the supervisor stopped waiting for them.',
    of: 'supervisor',
    attributes: [],
    when: 'After the stop.',
  },
  {
    name: 'runwell.build_info',
    instrument: 'up-down counter',
    unit: '{supervisor}',
    description: 'Versions of Runwell and Node.js: always 1.',
    of: 'supervisor',
    attributes: [{ key: attr.buildVersion }, { key: attr.buildNode }],
    when: 'Always.',
  },
] as const satisfies readonly Metric[]
