import type { ErrorRecord } from '../base/error-record.ts'
import { ownText } from '../base/text.ts'
import type { Outcome, Trigger } from '../base/words.ts'
import { outcomes, triggers } from '../base/words.ts'
import type { RunRecord } from './run-record.ts'

/** Each run is stored as five numbers. The first is `startedAt`; the constants below are the indexes of the others. */
const columns = 5
const scheduledAt = 1
const durationMs = 2
const latenessMs = 3
/** The number at this index combines four values: the number in the run id, the attempt, the trigger, the outcome. */
const mixed = 4
const maxAttempts = 128
const outcomeNumbers = numbered(outcomes)
const triggerNumbers = numbered(triggers)
/** With more rows than this, a typed array replaces the plain array. */
const maxShort = 4
const greatestNumber = 1e11

/** The fields of a run that are not numbers. Most runs have none of them. */
interface Extra extends Pick<RunRecord, 'error' | 'annotations' | 'abortedFor' | 'instanceId'> {
  readonly runId: string | undefined
}

/** The fields of a run that are known before it ends. */
export type PastRun = Omit<RunRecord, 'outcome' | 'durationMs' | 'error'>

/** The last runs of a task. A run is stored as numbers to save memory, and read as a `RunRecord` object. */
export class History {
  readonly #size: number
  readonly #keptMs: number
  readonly #rows: number
  /**
   * One row of numbers for each run; the newest run replaces the oldest. With few rows it is a plain array, because
   * even an empty typed array takes 200 bytes.
   */
  #numbers: number[] | Float64Array = []
  #pushed = 0
  /** How many of the pushed runs are too old to be listed; stays 0 if `#keptMs` is `Infinity`. */
  #expired = 0
  /** The fields that are not numbers, by row. The array is created for the first run that has such a field. */
  #extras: (Extra | undefined)[] | undefined
  /** The run ids of this process consist of this text and a number. */
  #prefix: string | undefined

  /**
   * @param size - the most runs to list, an integer from 0; with 0, `newest` still returns the newest run
   * @param keptMs - for how long after its end a run is listed
   */
  constructor(size: number, keptMs = Number.POSITIVE_INFINITY) {
    this.#size = size
    this.#keptMs = keptMs
    this.#rows = Math.max(1, size)
  }

  get length(): number {
    return Math.min(this.#pushed - this.#expired, this.#size)
  }

  /** @param number - the number at the end of the run id; a caller that knows it saves the time to parse the id */
  push(
    run: PastRun,
    outcome: Outcome,
    durationOfRunMs: number,
    error: ErrorRecord | undefined,
    number?: number,
  ): void {
    const row = this.#pushed % this.#rows
    const isKnown = number !== undefined && this.#prefix !== undefined && number < greatestNumber
    // A run id of another process begins with another prefix, so the whole id is stored instead of its number.
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

  /**
   * The newest run of this process, with the fields that an observer receives as `previous`; `undefined` without such a
   * run. Reading three fields takes less time than building a whole record.
   */
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

  /** Returns the runs, the newest first. @param limit - the most runs to return. @param now - wall time */
  list(limit = this.#size, now = Number.NEGATIVE_INFINITY): RunRecord[] {
    this.#expire(now)
    const count = Math.min(this.length, Math.max(0, Math.floor(limit)))
    return Array.from({ length: count }, (_, back) => this.#read((this.#pushed - 1 - back) % this.#rows))
  }

  /** Removes the runs that ended more than `#keptMs` before `now` from the list. */
  #expire(now: number): void {
    if (this.#keptMs === Number.POSITIVE_INFINITY) return
    this.#expired = Math.max(this.#expired, this.#pushed - this.#rows)
    for (; this.#expired < this.#pushed; this.#expired += 1) {
      const row = this.#expired % this.#rows
      const endedAt = (this.#numbers[row * columns] ?? 0) + (this.#numbers[row * columns + durationMs] ?? 0)
      if (endedAt >= now - this.#keptMs) return
      // The extra fields of the newest run are kept, because `newest` returns this run at any age.
      if (this.#extras !== undefined && this.#expired < this.#pushed - 1) this.#extras[row] = undefined
    }
  }

  #keepExtra(
    row: number,
    runId: string | undefined,
    error: ErrorRecord | undefined,
    { annotations, abortedFor, instanceId }: PastRun,
  ): void {
    const isPlain = abortedFor === undefined && instanceId === undefined
    if (isPlain && runId === undefined && error === undefined && annotations === undefined) {
      if (this.#extras !== undefined) this.#extras[row] = undefined
      return
    }
    this.#extras ??= []
    // Most runs have no `abortedFor` and no `instanceId`. An object without these two fields takes less memory.
    this.#extras[row] = isPlain
      ? { runId, error, annotations }
      : { runId, error, annotations, abortedFor, instanceId }
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
      ...(extra?.instanceId === undefined ? {} : { instanceId: extra.instanceId }),
    }
  }

  #idOf(value: number): string {
    return `${this.#prefix}${Math.floor(value / (outcomes.length * triggers.length * maxAttempts))}`
  }

  /**
   * Returns an array with room for `row`. The array grows with the number of runs, because most tasks have only few
   * runs for a long time.
   */
  #capacityFor(row: number): number[] | Float64Array {
    if ((row + 1) * columns <= this.#numbers.length) return this.#numbers
    const grown = zeros(Math.min(this.#rows, Math.max(1, 2 * row)))
    this.#numbers.forEach((value, at) => {
      grown[at] = value
    })
    this.#numbers = grown
    return grown
  }

  /** Returns the number at the end of a run id; `undefined` for another prefix or a number that is too great. */
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

/** The newest prefix. All run ids of a supervisor have the same prefix, so all its histories share this string. */
let newestPrefix = ''

/**
 * Returns a run id without the digits at its end. The result is a copy, because V8 implements a slice as a reference to
 * the whole text, which would stay in memory.
 */
function sharedPrefix(runId: string): string {
  const prefix = runId.replace(/\d+$/, '')
  if (prefix !== newestPrefix) newestPrefix = ownText(prefix)
  return newestPrefix
}

/**
 * Parses the digits from `start` to the end of `text`. Returns 0 if there are other characters or a leading zero: then
 * the run id could not be built again from the number.
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
