import type { Warn } from '../options/observer-options.ts'

/** What one exporter could not deliver. */
export interface ExporterState {
  /** `spans`, `metrics` or `log records`. */
  readonly what: string
  /** The address of the receiver, for people. */
  readonly address: string
  /** Items in exports that have not ended. */
  inFlight: number
  /** Items of failed exports that no summary has reported. */
  lost: number
  /** Why the last export failed; `undefined` if it did not fail. */
  failure: { readonly reason: string; readonly cure: string } | undefined
  /** Items that wait for their first export. */
  waiting: () => number
  /** Whether a summary has named this exporter since its last successful export. */
  isNamed: boolean
}

/** What a summary counts. For metrics it counts exports, because each export reads all metrics anew. */
const unitOf: Readonly<Record<string, readonly [one: string, many: string]>> = {
  spans: ['span', 'spans'],
  'log records': ['log record', 'log records'],
  metrics: ['export of metrics', 'exports of metrics'],
}

/**
 * Reports what was not delivered, in one line for each receiver: at the end of a flush, and when the process exits.
 * Without that, a short program whose receiver is down would silently lose its spans.
 */
export class Undelivered {
  readonly #warn: Warn
  readonly #states: ExporterState[] = []
  readonly #onExit = (): void => this.#report(true)
  #hasBegunFlush = false

  constructor(warn: Warn) {
    this.#warn = warn
  }

  /** From now on, reports what was not delivered when the process exits. */
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

  /** Calls `flush`, then reports what has failed. Does not report exports in progress, since they may still succeed. */
  async during(flush: () => Promise<unknown>): Promise<void> {
    this.#hasBegunFlush = true
    await flush()
    this.#report(false)
  }

  /** Reports for the last time: the exit of the process causes no further report. Called after the shutdown. */
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
        state.lost = 0
        state.isNamed = true
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
  // Each flush exports the metrics again, but one report about them is enough.
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
