import type { EventOf } from '@runwell/core'
import { cutText, logText } from '@runwell/core/adapter'
import type { SentryBreadcrumb } from '../sdk/sentry-like.ts'

const kept = 5

export class Controls {
  readonly #ofTask = new Map<string, SentryBreadcrumb[]>()

  performed(event: EventOf<'control.performed'>): void {
    const { task, at, control, by, reason, result, runId } = event
    const breadcrumbs = this.#ofTask.get(task) ?? []
    this.#ofTask.set(task, breadcrumbs)
    breadcrumbs.push({
      category: 'runwell.control',
      level: result === 'done' || result === 'unchanged' ? 'info' : 'warning',
      timestamp: at / 1_000,
      message: cutText(logText(event), 300),
      data: { control, by, reason, result, run_id: runId },
    })
    if (breadcrumbs.length > kept) breadcrumbs.shift()
  }

  among(task: string, others: readonly SentryBreadcrumb[] = []): readonly SentryBreadcrumb[] {
    const own = this.#ofTask.get(task) ?? []
    return [...own, ...others].sort((one, other) => (one.timestamp ?? 0) - (other.timestamp ?? 0))
  }

  unregistered(task: string): void {
    this.#ofTask.delete(task)
  }
}
