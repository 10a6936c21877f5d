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
    unit: '1',
    description: 'The supervisor has started and has not stopped.',
    of: 'supervisor',
    attributes: [],
    when: 'Always.',
  },
  {
    name: 'runwell.supervisor.live',
    instrument: 'up-down counter',
    unit: '1',
    description: 'The process is live, as of the last tick of the monitor.',
    of: 'supervisor',
    attributes: [],
    when: 'From the first tick on.',
  },
  {
    name: 'runwell.supervisor.ready',
    instrument: 'up-down counter',
    unit: '1',
    description: 'The process is ready, as of the last tick of the monitor; 0 from the moment that it stops.',
    of: 'supervisor',
    attributes: [],
    when: 'From the first tick on.',
  },
  {
    name: 'runwell.supervisor.health',
    instrument: 'up-down counter',
    unit: '1',
    description: 'The health of the process, as of the last tick of the monitor: 1 for its health.',
    of: 'supervisor',
    attributes: [{ key: attr.supervisorHealth, values: healthStatuses }],
    when: 'From the first tick on: the health it has, and a 0 for each it had.',
  },
  {
    name: 'runwell.supervisor.tasks',
    instrument: 'up-down counter',
    unit: '{task}',
    description: 'Registered tasks.',
    of: 'supervisor',
    attributes: [{ key: attr.taskCategory }, { key: attr.taskState, values: statusStates }],
    when: 'Pairs that there are tasks of, and a 0 for each that there were.',
  },
  {
    name: 'runwell.supervisor.monitor.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'How long a tick of the monitor took.',
    of: 'supervisor',
    attributes: [],
    when: 'Recorded at each tick.',
    buckets: monitorBuckets,
  },
  {
    name: 'runwell.supervisor.shutdown.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'How long the ordered stop took.',
    of: 'supervisor',
    attributes: [],
    when: 'Recorded once, before the last export.',
    buckets: shutdownBuckets,
  },
  {
    name: 'runwell.supervisor.shutdown.abandoned',
    instrument: 'up-down counter',
    unit: '{run}',
    description: 'Runs that were still alive when the supervisor had to stop waiting for them.',
    of: 'supervisor',
    attributes: [],
    when: 'Once stopped.',
  },
  {
    name: 'runwell.build_info',
    instrument: 'up-down counter',
    unit: '1',
    description: 'Which versions run: always 1.',
    of: 'supervisor',
    attributes: [{ key: attr.buildVersion }, { key: attr.buildNode }],
    when: 'Always.',
  },
] as const satisfies readonly Metric[]
