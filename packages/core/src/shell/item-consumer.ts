import type { Clock } from '../base/clock.ts'
import { formatMs } from '../base/duration.ts'
import { aFunction, check, checkOptions, oneOf, takes, wholeNumber } from '../base/options.ts'
import type { UnitOutcome } from '../base/words.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'
import type { RunContext } from '../task/run-context.ts'
import { adopt, ItemSource, type NextItem } from './item-source.ts'
import type { LiveRun } from './live-run.ts'

export type EachOptions = NonNullable<Parameters<RunContext['each']>[2]>

export interface UnitEnd<Result = unknown> {
  readonly outcome: UnitOutcome
  readonly value: Result | undefined
  readonly thrown: unknown
}

/** Runs one unit. The returned promise never rejects: an error that `fn` throws is in the result. */
export type RunUnit = (name: string, fn: () => unknown) => Promise<UnitEnd>

export const aUnitName = takes<string>(
  'a name of 1 to 120 characters',
  (value) => typeof value === 'string' && value !== '' && value.length <= 120,
)
const eachOptions = {
  unit: aUnitName,
  concurrency: wholeNumber(1, 10_000),
  onError: oneOf(['continue', 'throw']),
}

/** After this time, the event loop gets a turn so that timers can fire. */
const turnEveryMs = 20
/**
 * While the source closes, `each()` waits for this part of the time that the run has left. An aborted run has left
 * the time until its deadline. Any other run has left `abortGraceMs`.
 */
const closeRatio = 0.5

export class ItemConsumer<Item> {
  readonly #run: LiveRun
  readonly #clock: Clock
  readonly #warnings: ConsoleWarnings
  readonly #source: ItemSource<Item>
  readonly #fn: (item: Awaited<Item>) => unknown
  readonly #options: { readonly [Name in keyof EachOptions]-?: NonNullable<EachOptions[Name]> }
  readonly #runUnit: RunUnit
  readonly #counts: Record<UnitOutcome, number> = { succeeded: 0, failed: 0, cancelled: 0 }
  #underWay = 0
  #isAsking = false
  #isOver = false
  #failure: { readonly error: unknown } | undefined
  #wake: (() => void) | undefined

  /** @throws {@link InvalidOptionError} for the first invalid argument */
  constructor(
    run: LiveRun,
    clock: Clock,
    warnings: ConsoleWarnings,
    runUnit: RunUnit,
    items: unknown,
    fn: (item: Awaited<Item>) => unknown,
    options: EachOptions = {},
  ) {
    check('fn', fn, aFunction)
    checkOptions('each', options, eachOptions)
    const { unit = 'item', concurrency = 1, onError = 'continue' } = options
    this.#run = run
    this.#clock = clock
    this.#warnings = warnings
    this.#runUnit = runUnit
    this.#fn = fn
    this.#options = { unit, concurrency, onError }
    this.#source = new ItemSource(items)
  }

  async consume(): Promise<Readonly<Record<UnitOutcome, number>>> {
    if (this.#run.reason !== undefined) this.#stop()
    const off = this.#run.onAbort(() => this.#stop())
    try {
      await this.#takeAll()
      await this.#close()
    } finally {
      off()
    }
    if (this.#failure) throw this.#failure.error
    return this.#counts
  }

  async #takeAll(): Promise<void> {
    let turnAt = this.#clock.monotonic() + turnEveryMs
    while (!this.#isOver || this.#underWay > 0) {
      if (this.#isOver || this.#isAsking || this.#underWay >= this.#options.concurrency) {
        await this.#untilWoken()
        continue
      }
      if (this.#clock.monotonic() >= turnAt) {
        await new Promise<void>((resolve) => void this.#clock.timer(resolve, 0, true))
        turnAt = this.#clock.monotonic() + turnEveryMs
        continue
      }
      this.#isAsking = true
      this.#source.ask((next) => this.#onAnswer(next))
    }
  }

  #onAnswer(next: NextItem<Item>): void {
    this.#isAsking = false
    if (this.#isOver) {
      // The item is dropped. If the item is a promise that rejects, the rejection must not end the process.
      if (next.kind === 'item') adopt(next.item)
      return
    }
    if (next.kind === 'item') {
      void this.#handle(next.item)
      return this.#wakeUp()
    }
    if (next.kind === 'failed') this.#failure = { error: next.error }
    this.#stop()
  }

  async #handle(item: Item): Promise<void> {
    this.#underWay += 1
    const fn = this.#fn
    const { unit, onError } = this.#options
    // The item may be a promise. If this promise rejects, only the unit fails.
    const { outcome, thrown } = await this.#runUnit(unit, async () => fn(await item))
    this.#counts[outcome] += 1
    this.#underWay -= 1
    if (outcome === 'failed' && onError === 'throw' && !this.#isOver) {
      this.#failure = { error: thrown }
      this.#stop()
    } else this.#wakeUp()
  }

  #stop(): void {
    this.#isOver = true
    this.#wakeUp()
  }

  #wakeUp(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  async #close(): Promise<void> {
    const startedAt = this.#clock.monotonic()
    let isClosed = false
    const closing = this.#source.close()?.then((error) => {
      isClosed = true
      // An earlier error is kept: it is probably the reason why the source could not be closed.
      if (error && this.#run.reason === undefined) this.#failure ??= { error }
      this.#wakeUp()
    })
    if (closing === undefined) return
    const { record, reason } = this.#run
    if (reason === undefined) await this.#untilWokenOr(record.state.config.abortGraceMs)
    // The run may also be aborted during the wait above.
    if (!isClosed && this.#run.reason !== undefined)
      await this.#untilWokenOr(this.#run.reason.deadline - this.#clock.now())
    if (isClosed) return
    const waited = formatMs(this.#clock.monotonic() - startedAt)
    this.#warnings.add(
      `Task '${record.info.name}': each() has waited ${waited} for its source to close, and goes on without it. Let its return() or its finally block end.`,
    )
  }

  async #untilWokenOr(leftMs: number): Promise<void> {
    const timer = this.#clock.timer(() => this.#wakeUp(), Math.max(0, leftMs * closeRatio), true)
    await this.#untilWoken()
    timer.cancel()
  }

  #untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
