import type { Warn } from '../options/observer-options.ts'

export interface ExporterState {
  /** `spans`, `metrics` or `log records`. */
  readonly what: string
  readonly address: string
  inFlight: number
  /** Number of items in failed exports that were not reported yet. */
  lost: number
  /** Why the last export failed. `undefined` after an export without any problem. */
  failure: { readonly reason: string; readonly cure: string } | undefined
  waiting: () => number
  /** True if a summary has named this exporter since its last successful export. */
  isNamed: boolean
}

/** For metrics, a summary counts exports, because each export contains all metrics. */
const unitOf: Readonly<Record<string, readonly [one: string, many: string]>> = {
  spans: ['span', 'spans'],
  'log records': ['log record', 'log records'],
  metrics: ['export of metrics', 'exports of metrics'],
}

/** Reports data that was not delivered. Without this report, a short program would lose its spans silently. */
export class Undelivered {
  readonly #warn: Warn
  readonly #states: ExporterState[] = []
  readonly #onExit = (): void => this.#report(true)
  #hasBegunFlush = false

  constructor(warn: Warn) {
    this.#warn = warn
  }

  watchExit(): void {
    process.on('exit', this.#onExit)
  }

  add(what: string, address: string): ExporterState {
    const state = {
      what,
      address,
      inFlight: 0,
      lost: 0,
      failure: undefined,
      waiting: () => 0,
      isNamed: false,
    }
    this.#states.push(state)
    return state
  }

  /** Does not report exports in progress, because they may still succeed. */
  async during(flush: () => Promise<unknown>): Promise<void> {
    this.#hasBegunFlush = true
    await flush()
    this.#report(false)
  }

  close(): void {
    this.#report(true)
    process.off('exit', this.#onExit)
  }

  #report(isEnd: boolean): void {
    for (const address of new Set(this.#states.map((state) => state.address))) {
      const states = this.#states.filter((state) => state.address === address)
      const text = summaryOf(address, states, isEnd, this.#hasBegunFlush)
      if (text === undefined) continue
      for (const state of states) {
        if (state.lost > 0) state.isNamed = true
        state.lost = 0
        if (isEnd) state.inFlight = 0
      }
      this.#warn(text)
    }
  }
}

function summaryOf(
  address: string,
  states: readonly ExporterState[],
  isEnd: boolean,
  hasBegunFlush: boolean,
): string | undefined {
  const missing = states.flatMap((state) => {
    const count = state.lost + (isEnd ? state.inFlight + waitingOf(state) : 0)
    return count === 0 ? [] : { state, count }
  })
  // Each flush exports the metrics again, but one line about missing metrics is enough.
  if (missing.every(({ state }) => state.what === 'metrics' && state.isNamed)) return undefined
  const counts = missing.map(({ state, count }) => {
    const [one, many] = unitOf[state.what] ?? [state.what, state.what]
    return `${count} ${count === 1 ? one : many}`
  })
  const isUnanswered = hasBegunFlush && missing.some(({ state }) => state.inFlight > 0)
  const failure =
    missing.find(({ state }) => state.failure !== undefined)?.state.failure ??
    (isUnanswered ? unanswered : endedFirst)
  const what = counts.length === 1 ? counts[0] : `${counts.slice(0, -1).join(', ')} and ${counts.at(-1)}`
  return `Runwell: ${what} could not be delivered to ${address}: ${failure.reason}. ${failure.cure}`
}

const endedFirst = {
  reason: 'the process ended first',
  cure: 'Call `await supervisor.stop()` and `await telemetry.shutdown()` before the process ends.',
}

const unanswered = {
  reason: 'the receiver did not answer before the process ended',
  cure: 'Check the receiver and the network.',
}

function waitingOf({ waiting }: ExporterState): number {
  try {
    return waiting()
  } catch {
    return 0
  }
}
