import type { SupervisorEvent, TaskInfo } from '@runwell/core'
import { resultOf } from '../base/run-result.ts'
import type { SentryLike } from '../sdk/sentry-like.ts'

const outcomeText = { failed: 'failed', 'timed-out': 'timed out', abandoned: 'was abandoned' } as const

/** Writes task and supervisor events to Sentry's logs, except successful and cancelled runs. */
export class Logs {
  readonly #sentry: SentryLike

  constructor(sentry: SentryLike) {
    this.#sentry = sentry
  }

  onEvent(event: SupervisorEvent): void {
    switch (event.type) {
      case 'run.ended':
        if (event.outcome === 'succeeded' || event.outcome === 'cancelled') return
        return this.#write('warn', `Task '${event.task}': a run ${outcomeText[event.outcome]}`, event.info, {
          'runwell.task.run.id': event.runId,
          'runwell.task.run.result': resultOf[event.outcome],
          'runwell.task.run.duration': event.durationMs / 1000,
          ...(event.error && { 'error.type': event.error.name, 'error.message': event.error.message }),
          ...event.annotations,
        })
      case 'restart.scheduled':
        return this.#write(
          'info',
          `Task '${event.task}' restarts in ${Math.round(event.delayMs)} ms`,
          event.info,
          {
            'runwell.task.restart.reason': event.cause,
          },
        )
      case 'task.parked':
        return this.#write(
          'error',
          `Task '${event.task}' has used up its restart budget and is parked`,
          event.info,
        )
      case 'task.gave-up':
        return this.#write(
          'error',
          `Task '${event.task}' has used up its restarts and is not restarted any more`,
          event.info,
        )
      case 'task.stuck':
        return this.#write(
          'error',
          `Task '${event.task}' is stuck: a run ignores its abort signal`,
          event.info,
        )
      case 'health.changed':
        return this.#write(
          event.to === 'unhealthy' ? 'warn' : 'info',
          `Task '${event.task}' is ${event.to}: ${event.health.reasons.map(({ reason }) => reason).join('; ')}`,
          event.info,
          { 'runwell.task.health.state': event.to },
        )
      case 'loop.blocked':
        return this.#write('warn', `The event loop was blocked for ${Math.round(event.ms)} ms`, undefined, {
          'runwell.suspect': event.suspect?.task ?? '',
        })
      case 'monitor.stalled':
        return this.#write('error', `The supervisor's timer was ${Math.round(event.overdueMs)} ms overdue`)
      case 'shutdown.started':
        return this.#write('info', `The supervisor is stopping: ${event.reason}`)
      case 'shutdown.ended':
        return this.#write('info', `The supervisor has stopped after ${Math.round(event.report.tookMs)} ms`)
      default:
        return undefined
    }
  }

  #write(
    level: 'info' | 'warn' | 'error',
    message: string,
    info?: TaskInfo,
    more: Record<string, string | number | boolean> = {},
  ): void {
    const ofTask = info && {
      'runwell.task.name': info.name,
      'runwell.task.owner': info.owner,
      'runwell.task.category': info.category,
      'runwell.task.priority': info.priority,
    }
    this.#sentry.logger?.[level](message, { ...ofTask, ...more })
  }
}
