import { both, taskRules } from './alert.ts'
import type { AlertRule } from './rule-file.ts'
import { byInstance, byTask, type Vocabulary } from './vocabulary.ts'

export function verdictAlerts(words: Vocabulary): AlertRule[] {
  const status = (...states: string[]) => words.metric('runwell.task.status', { taskState: states })
  const health = (state: string) => words.metric('runwell.task.health', { healthState: state })
  const off = `max by (${byInstance}) (${status('standby', 'paused')} == 1)`
  const active = `max by (${byInstance}) (${status('idle', 'running', 'backoff')} == 1)`
  const givenUp = `max by (${byInstance}) (${status('parked', 'failed')} == 1)`
  const unhealthy = `max by (${byInstance}) (${health('unhealthy')} == 1)`
  const healthyElsewhere = `(max by (${byInstance}) (${health('healthy')} == 1) unless on (${byInstance}) ${off})`
  const stuck = (by: string) => `max by (${by}) (${status('stuck')} == 1)`
  const notPaused = `max by (${byInstance}) (${status('idle', 'running', 'backoff', 'parked', 'stuck', 'failed')} == 1)`
  const paused = words.metric('runwell.task.paused.since.timestamp')
  const pausedFor = `max by (${byInstance}) (time() - (${paused} > 0)) > 86400`
  return [
    ...taskRules({
      alert: 'RunwellTaskUnhealthy',
      for: '1m',
      summary: 'unhealthy',
      description:
        'A health rule of the task is firing. The metric runwell.task.rule.firing is 1 for this rule.',
      instance: unhealthy,
      service: unlessAny(unhealthy, healthyElsewhere),
    }),
    ...taskRules({
      alert: 'RunwellTaskGivenUp',
      for: '1m',
      summary: 'parked or failed',
      description:
        'It has used up its restart budget. A parked task is retried at growing intervals, a failed task is not.',
      instance: givenUp,
      service: unlessAny(givenUp, active),
    }),
    ...taskRules({
      alert: 'RunwellTaskStuck',
      for: '1m',
      summary: 'stuck, since an abandoned run blocks the next one',
      description:
        'The last run ignored its abort signal. The next run can start only when that run or the process has ended.',
      ...both(stuck),
    }),
    ...taskRules({
      alert: 'RunwellTaskPausedTooLong',
      for: '5m', // a new leader may take a while to resume a loop that all other processes have paused for days
      summary: 'paused for more than a day',
      description:
        'It was paused {{ $value | humanizeDuration }} ago. Resume it, or remove it from the code.',
      instance: pausedFor,
      service: unlessAny(pausedFor, notPaused),
    }),
  ]
}

function unlessAny(bad: string, working: string): string {
  return `max by (${byTask}) (${bad}) unless on (${byTask}) ${working}`
}
