import type { ErrorRecord } from '../base/error-record.ts'
import { ownText } from '../base/text.ts'
import type { Outcome, Trigger } from '../base/words.ts'
import { outcomes, triggers } from '../base/words.ts'
import type { RunRecord } from './run-record.ts'

/**
 * A run is stored as five numbers. The first number is `startedAt`. The constants `scheduledAt`, `durationMs`,
 * `latenessMs` and `mixed` are the positions of the other four.
 */
const columns = 5
const scheduledAt = 1
const durationMs = 2
const latenessMs = 3
/**
 * The number at this position combines four values: the number in the run id, the attempt, the trigger and the
 * outcome.
 */
const mixed = 4
const maxAttempts = 128
const outcomeNumbers = numbered(outcomes)
const triggerNumbers = numbered(triggers)
const maxShort = 4
const greatestNumber = 1e11

interface Extra extends Pick<RunRecord, 'error' | 'annotations' | 'abortedFor' | 'rule' | 'instanceId'> {
  readonly runId: string | undefined
}

export type PastRun = Omit<RunRecord, 'outcome' | 'durationMs' | 'error'>

/** The last runs of a task, stored as numbers to save memory. */
export class History {
  readonly #size: number
  readonly #keptMs: number
  readonly #rows: number
  /** A plain array for up to `maxShort` rows, because even an empty typed array takes 200 bytes. */
  #numbers: number[] | Float64Array = []
  #pushed = 0
  /**
   * How many of the oldest pushed runs `list` leaves out, because they are too old or overwritten. Stays 0 without
   * `keptMs`.
   */
  #expired = 0
  #extras: (Extra | undefined)[] | undefined
  /** A run id of this process consists of this text and a number. */
  #prefix: string | undefined

  /**
   * @param size - how many runs `list` returns at most; even with 0, `newest` returns the newest run
   * @param keptMs - how long `list` returns a run after its end
   */
  constructor(size: number, keptMs = Number.POSITIVE_INFINITY) {
    this.#size = size
    this.#keptMs = keptMs
    this.#rows = Math.max(1, size)
  }

  get length(): number {
    return Math.min(this.#pushed - this.#expired, this.#size)
  }

  /** @param number - the number at the end of the run id, if the caller knows it */
  push(
    run: PastRun,
    outcome: Outcome,
    durationOfRunMs: number,
    error: ErrorRecord | undefined,
    number?: number,
  ): void {
    const row = this.#pushed % this.#rows
    const isKnown = number !== undefined && this.#prefix !== undefined && number < greatestNumber
    // The id of a run of another process begins with the prefix of that process, so the whole id is stored.
    const isForeign = run.instanceId !== undefined
    const idNumber = isForeign ? undefined : isKnown ? number : this.#numberOf(run.runId)
    const numbers = this.#capacityFor(row)
    const start = row * columns
    numbers[start] = run.startedAt
    numbers[start + scheduledAt] = run.scheduledAt ?? Number.NaN
    numbers[start + durationMs] = durationOfRunMs
    numbers[start + latenessMs] = run.latenessMs ?? Number.NaN
    numbers[start + mixed] = mix(run, outcome, idNumber ?? 0)
    this.#pushed += 1
    this.#expire(run.startedAt + durationOfRunMs)
    this.#keepExtra(row, idNumber === undefined ? run.runId : undefined, error, run)
  }

  get newest(): RunRecord | undefined {
    return this.#pushed === 0 ? undefined : this.#read((this.#pushed - 1) % this.#rows)
  }

  /** The newest run of this process. */
  get last(): Pick<RunRecord, 'runId' | 'outcome' | 'annotations'> | undefined {
    const oldest = Math.min(this.#pushed - 1, Math.max(this.#expired, this.#pushed - this.#rows))
    for (let at = this.#pushed - 1; at >= oldest && at >= 0; at -= 1) {
      const row = at % this.#rows
      const extra = this.#extras?.[row]
      if (extra?.instanceId !== undefined) continue
      const value = this.#numbers[row * columns + mixed] ?? 0
      return {
        runId: extra?.runId ?? this.#idOf(value),
        outcome: outcomeOf(value),
        annotations: extra?.annotations,
      }
    }
    return undefined
  }

  /** Returns the newest run first. @param now - wall time */
  list(limit = this.#size, now = Number.NEGATIVE_INFINITY): RunRecord[] {
    this.#expire(now)
    const count = Math.min(this.length, Math.max(0, Math.floor(limit)))
    return Array.from({ length: count }, (_, back) => this.#read((this.#pushed - 1 - back) % this.#rows))
  }

  #expire(now: number): void {
    if (this.#keptMs === Number.POSITIVE_INFINITY) return
    this.#expired = Math.max(this.#expired, this.#pushed - this.#rows)
    for (; this.#expired < this.#pushed; this.#expired += 1) {
      const row = this.#expired % this.#rows
      const endedAt = (this.#numbers[row * columns] ?? 0) + (this.#numbers[row * columns + durationMs] ?? 0)
      if (endedAt >= now - this.#keptMs) return
      // `newest` returns the newest run at any age, so the extra fields of this run are kept.
      if (this.#extras !== undefined && this.#expired < this.#pushed - 1) this.#extras[row] = undefined
    }
  }

  #keepExtra(
    row: number,
    runId: string | undefined,
    error: ErrorRecord | undefined,
    { annotations, abortedFor, rule, instanceId }: PastRun,
  ): void {
    const isPlain = abortedFor === undefined && instanceId === undefined
    if (isPlain && runId === undefined && error === undefined && annotations === undefined) {
      if (this.#extras !== undefined) this.#extras[row] = undefined
      return
    }
    this.#extras ??= []
    // An object without the last three fields takes less memory.
    this.#extras[row] = isPlain
      ? { runId, error, annotations }
      : { runId, error, annotations, abortedFor, rule, instanceId }
  }

  #read(row: number): RunRecord {
    const start = row * columns
    const numbers = this.#numbers
    const extra = this.#extras?.[row]
    const value = numbers[start + mixed] ?? 0
    return {
      runId: extra?.runId ?? this.#idOf(value),
      trigger: triggerOf(value),
      outcome: outcomeOf(value),
      attempt: attemptOf(value),
      scheduledAt: known(numbers[start + scheduledAt]),
      startedAt: numbers[start] ?? 0,
      durationMs: numbers[start + durationMs] ?? 0,
      latenessMs: known(numbers[start + latenessMs]),
      error: extra?.error,
      annotations: extra?.annotations,
      ...(extra?.abortedFor === undefined ? {} : { abortedFor: extra.abortedFor }),
      ...(extra?.rule === undefined ? {} : { rule: extra.rule }),
      ...(extra?.instanceId === undefined ? {} : { instanceId: extra.instanceId }),
    }
  }

  #idOf(value: number): string {
    return `${this.#prefix}${Math.floor(value / (outcomes.length * triggers.length * maxAttempts))}`
  }

  /** Most tasks have only a few runs for a long time. So the array begins small, and doubles when it is full. */
  #capacityFor(row: number): number[] | Float64Array {
    if ((row + 1) * columns <= this.#numbers.length) return this.#numbers
    const grown = zeros(Math.min(this.#rows, Math.max(1, 2 * row)))
    this.#numbers.forEach((value, at) => {
      grown[at] = value
    })
    this.#numbers = grown
    return grown
  }

  #numberOf(runId: string): number | undefined {
    this.#prefix ??= sharedPrefix(runId)
    if (!runId.startsWith(this.#prefix)) return undefined
    const number = digitsFrom(runId, this.#prefix.length)
    return number > 0 && number < greatestNumber ? number : undefined
  }
}

function zeros(rows: number): number[] | Float64Array {
  if (rows > maxShort) return new Float64Array(rows * columns)
  return new Array<number>(rows * columns).fill(0)
}

/** Histories share one string for the same prefix, which saves memory. */
let newestPrefix = ''

/** `ownText` copies the prefix. Without the copy, V8 would keep the whole run id in memory. */
function sharedPrefix(runId: string): string {
  const prefix = runId.replace(/\d+$/, '')
  if (prefix !== newestPrefix) newestPrefix = ownText(prefix)
  return newestPrefix
}

/**
 * Returns 0 if the text begins with a zero, or contains anything except digits. A number could not reproduce such a
 * text.
 */
function digitsFrom(text: string, start: number): number {
  if (text.charCodeAt(start) === 48) return 0
  let number = 0
  for (let at = start; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return 0
    number = number * 10 + digit
  }
  return number
}

function mix({ trigger, attempt }: PastRun, outcome: Outcome, idNumber: number): number {
  const withAttempt = idNumber * maxAttempts + attempt
  const withTrigger = withAttempt * triggers.length + triggerNumbers[trigger]
  return withTrigger * outcomes.length + outcomeNumbers[outcome]
}

function outcomeOf(value: number): Outcome {
  return outcomes[value % outcomes.length] ?? 'failed'
}

function triggerOf(value: number): Trigger {
  return triggers[Math.floor(value / outcomes.length) % triggers.length] ?? 'manual'
}

function attemptOf(value: number): number {
  return Math.floor(value / (outcomes.length * triggers.length)) % maxAttempts
}

function known(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value
}

function numbered<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, number) => [name, number])) as Record<Name, number>
}
