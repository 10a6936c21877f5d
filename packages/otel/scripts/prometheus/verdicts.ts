import { both, taskRules } from './alert.ts'
import type { AlertRule } from './rule-file.ts'
import { byInstance, byTask, type Vocabulary } from './vocabulary.ts'

/** Alerts on the health, state and pauses that processes report. */
export function verdictAlerts(words: Vocabulary): AlertRule[] {
  const status = (...states: string[]) => words.metric('runwell.task.status', { taskState: states })
  const health = (state: string) => words.metric('runwell.task.health', { healthState: state })
  const off = `max by (${byInstance}) (${status('standby', 'paused')} == 1)`
  const atWork = `max by (${byInstance}) (${status('idle', 'running', 'backoff')} == 1)`
  const given = `max by (${byInstance}) (${status('parked', 'failed')} == 1)`
  const unhealthy = `max by (${byInstance}) (${health('unhealthy')} == 1)`
  const healthyElsewhere = `(max by (${byInstance}) (${health('healthy')} == 1) unless on (${byInstance}) ${off})`
  const stuck = (by: string) => `max by (${by}) (${status('stuck')} == 1)`
  const paused = words.metric('runwell.task.paused.since.timestamp')
  const pausedFor = `max by (${byInstance}) (time() - (${paused} > 0)) > 86400`
  return [
    ...taskRules({
      alert: 'RunwellTaskUnhealthy',
      for: '1m',
      summary: 'unhealthy',
      description:
        'A health rule of the task is firing: the first row of its dashboard says which, and since when.',
      instance: unhealthy,
      service: unlessAny(unhealthy, healthyElsewhere),
    }),
    ...taskRules({
      alert: 'RunwellTaskGivenUp',
      for: '1m',
      summary: 'parked or failed',
      description: 'Its restarts are used up. A parked task is tried again now and then, a failed one never.',
      instance: given,
      service: unlessAny(given, atWork),
    }),
    ...taskRules({
      alert: 'RunwellTaskStuck',
      for: '1m',
      summary: 'a run that cannot be ended blocks the next',
      description:
        'The last run ignored its abort signal. Only its end, or that of the process, lets the next begin.',
      ...both(stuck),
    }),
    ...taskRules({
      alert: 'RunwellTaskPausedTooLong',
      summary: 'paused for more than a day',
      description: 'Somebody paused it {{ $value | humanizeDuration }} ago; resume it, or take it out.',
      instance: pausedFor,
      service: unlessAny(pausedFor, atWork),
    }),
  ]
}

/** The worst value of all processes, unless one of them shows that the task works. */
function unlessAny(bad: string, served: string): string {
  return `max by (${byTask}) (${bad}) unless on (${byTask}) ${served}`
}
