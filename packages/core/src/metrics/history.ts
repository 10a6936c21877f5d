import { outcomes, triggers } from '../task.ts'
import type { ErrorRecord, RunRecord } from '../view.ts'

/** Numbers of a run, packed: the record is made anew when it is asked for. */
const columns = 6
const scheduledAt = 1
const durationMs = 2
const latenessMs = 3
const idNumber = 4
const kind = 5

/** What only some runs have. */
interface Extra {
  readonly runId: string | undefined
  readonly error: ErrorRecord | undefined
  readonly annotations: RunRecord['annotations']
}

/** The last runs of a task, in little memory: numbers are packed, and only what is no number is kept as it came. */
export class History {
  readonly #size: number
  #numbers = new Float64Array(0)
  #pushed = 0
  #extras: Map<number, Extra> | undefined
  /** Run ids are a text that all of them share and a number. */
  #prefix: string | undefined

  /** @param size - how many runs are kept, a whole number from 0 on */
  constructor(size: number) {
    this.#size = size
  }

  get length(): number {
    return Math.min(this.#pushed, this.#size)
  }

  push(record: RunRecord): void {
    if (this.#size === 0) return
    const place = this.#pushed % this.#size
    const numbers = this.#roomFor(place)
    const start = place * columns
    const number = this.#numberOf(record.runId)
    numbers[start] = record.startedAt
    numbers[start + scheduledAt] = record.scheduledAt ?? Number.NaN
    numbers[start + durationMs] = record.durationMs
    numbers[start + latenessMs] = record.latenessMs ?? Number.NaN
    numbers[start + idNumber] = number ?? Number.NaN
    numbers[start + kind] = pack(record)
    this.#pushed += 1

    const runId = number === undefined ? record.runId : undefined
    const { error, annotations } = record
    if (runId === undefined && error === undefined && annotations === undefined) this.#extras?.delete(place)
    else {
      this.#extras ??= new Map()
      this.#extras.set(place, { runId, error, annotations })
    }
  }

  /** The newest runs first. @param limit - at most so many */
  list(limit = this.#size): RunRecord[] {
    const count = Math.min(this.length, Math.max(0, Math.floor(limit)))
    return Array.from({ length: count }, (_, back) => this.#read((this.#pushed - 1 - back) % this.#size))
  }

  #read(place: number): RunRecord {
    const start = place * columns
    const numbers = this.#numbers
    const extra = this.#extras?.get(place)
    return {
      runId: extra?.runId ?? `${this.#prefix}${numbers[start + idNumber]}`,
      ...unpack(numbers[start + kind] ?? 0),
      scheduledAt: known(numbers[start + scheduledAt]),
      startedAt: numbers[start] ?? 0,
      durationMs: numbers[start + durationMs] ?? 0,
      latenessMs: known(numbers[start + latenessMs]),
      error: extra?.error,
      annotations: extra?.annotations,
    }
  }

  #roomFor(place: number): Float64Array {
    const needed = (place + 1) * columns
    if (needed > this.#numbers.length) {
      const grown = new Float64Array(Math.min(this.#size, Math.max(4, 2 * place)) * columns)
      grown.set(this.#numbers)
      this.#numbers = grown
    }
    return this.#numbers
  }

  /** The number at the end of a run id whose rest is that of all the others. */
  #numberOf(runId: string): number | undefined {
    const end = /(?:^|\D)([1-9]\d{0,14})$/.exec(runId)?.[1]
    if (end === undefined) return undefined
    const prefix = runId.slice(0, runId.length - end.length)
    this.#prefix ??= prefix
    return this.#prefix === prefix ? Number(end) : undefined
  }
}

function pack({ trigger, outcome, attempt }: RunRecord): number {
  return (attempt * triggers.length + triggers.indexOf(trigger)) * outcomes.length + outcomes.indexOf(outcome)
}

function unpack(packed: number): Pick<RunRecord, 'trigger' | 'outcome' | 'attempt'> {
  const rest = Math.floor(packed / outcomes.length)
  return {
    trigger: triggers[rest % triggers.length] ?? 'manual',
    attempt: Math.floor(rest / triggers.length),
    outcome: outcomes[packed % outcomes.length] ?? 'failed',
  }
}

function known(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value
}
