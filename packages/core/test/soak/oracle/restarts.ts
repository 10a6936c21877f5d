import type { Checker, Must, Registration, Sighting } from '../journal.ts'
import type { RestartSpec } from '../spec.ts'

/** Events report times in whole milliseconds, so a reported time may differ by this much from the exact time. */
const slackMs = 1

interface Plan {
  readonly dueMono: number
  readonly isManual: boolean
}

export class RestartChecker implements Checker {
  readonly #starts = new Map<Registration, number[]>()
  readonly #plans = new Map<Registration, Plan>()

  onAsked(of: Registration | undefined): void {
    const plan = of && this.#plans.get(of)
    if (of && plan) this.#plans.set(of, { ...plan, isManual: true })
  }

  onEvent({ event, mono, of }: Sighting, must: Must): void {
    if (!of?.spec) return
    const { name } = of
    const { initialMs, factor, maxMs, jitter } = boundsOf(of.spec.restart)
    switch (event.type) {
      case 'restart.scheduled': {
        const { delayMs, spacedMs, streak } = event
        const wishMs = delayMs - spacedMs
        const grownMs = initialMs === 0 ? 0 : initialMs * factor ** streak
        const longestMs = Math.min(maxMs, grownMs)
        const fits =
          wishMs <= longestMs + slackMs &&
          wishMs >= longestMs * (1 - jitter) - slackMs &&
          spacedMs >= 0 &&
          spacedMs <= 5_000
        must(
          fits,
          '12 backoff',
          () => `${name} waits ${wishMs} + ${spacedMs} ms before consecutive restart ${streak}`,
        )
        this.#plans.set(of, { dueMono: mono + delayMs, isManual: false })
        return
      }
      case 'task.parked': {
        const firstMs = Math.min(800, 200 * 2 ** (event.parks - 1))
        const waitMs = event.trialAt - event.at
        must(
          waitMs >= firstMs - slackMs,
          '12 backoff',
          () => `${name} is retried after ${waitMs} ms instead of ${firstMs} ms`,
        )
        this.#plans.set(of, { dueMono: mono + waitMs, isManual: false })
        return
      }
      case 'task.paused':
      case 'task.stopped':
      case 'task.gave-up':
        this.#plans.delete(of)
        return
      case 'run.started':
        return this.#onStarted(of, event.trigger, mono, must)
    }
  }

  #onStarted(of: Registration, trigger: string, mono: number, must: Must): void {
    const plan = this.#plans.get(of)
    this.#plans.delete(of)
    if (trigger !== 'restart' || !plan || plan.isManual || !of.spec) return
    must(mono >= plan.dueMono - slackMs, '12 backoff', () => `${of.name} restarts before it is due`)
    const { restarts, withinMs } = boundsOf(of.spec.restart)
    const starts = [...(this.#starts.get(of) ?? []), mono].filter((at) => mono - at <= withinMs)
    this.#starts.set(of, starts)
    must(
      starts.length <= restarts,
      '3 budget',
      () => `${of.name}: ${starts.length} restarts in ${withinMs} ms, but only ${restarts} are allowed`,
    )
  }
}

function boundsOf(spec: RestartSpec) {
  if (spec.mode === 'never')
    return { initialMs: 1_000, factor: 2, maxMs: 60_000, jitter: 0.2, restarts: 10, withinMs: 600_000 }
  return { ...spec, maxMs: 400, jitter: 0.5 }
}
