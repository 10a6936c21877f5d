import type { FleetRecord } from '@runwell/core/adapter'

/**
 * What the store keeps about a task, in parts. Each part has its own field, because a write always replaces a whole
 * field. The letter of the part is the first character of the name of its field.
 */
export const parts = {
  /** The newest decided slot, a space, and the schedule of that slot. */
  lastSlot: 'l',
  /** The newest successful run: when it ended, a space, and the run as JSON. */
  lastSuccess: 'k',
  /**
   * The newest run with another outcome, in the same form. It has its own field, so that it does not overwrite a
   * success.
   */
  lastOther: 'r',
  paused: 'p',
  rescheduled: 's',
  /** The order of the newest slot or request that waits for a run to end: see `JobData.order`. */
  waiting: 'w',
  /**
   * Runs of slots and requests with a lower `JobData.order` than this are aborted, because a newer one replaces them.
   */
  replaced: 'x',
} as const

export type Part = keyof typeof parts
export const partNames = Object.keys(parts) as Part[]

/** New values for parts of a task, in the stored form. An empty text stands for a missing part. */
export type Change = Partial<Readonly<Record<Part, string>>>

export function fieldOf(part: Part, task: string): string {
  return `${parts[part]}|${task}`
}

/** Returns the name of the field in which one process stores its definition of a task. */
export function definitionField(task: string, instanceId: string): string {
  return `d|${task}|${instanceId}`
}

/**
 * Returns the name of the field in which a process stores its journal, the list of its latest changes. A live process
 * writes its journal regularly.
 */
export function journalField(instanceId: string): string {
  return `c|${instanceId}`
}

export type Running = NonNullable<FleetRecord['running']>[number]

/**
 * Returns the name of the field of an attempt.
 * @param key - what `keyOf` returns for the id of the job
 */
export function attemptField(task: string, key: string, attempt: number): string {
  return `a|${task}|${key}|${attempt}`
}

/**
 * Returns the task and the key of the job, read from the name of the field; `undefined` unless it is the field of an
 * attempt.
 */
export function readAttemptField(field: string): { readonly task: string; readonly key: string } | undefined {
  const [letter, task, key, attempt] = field.split('|')
  return letter !== 'a' || task === undefined || key === undefined || attempt === undefined
    ? undefined
    : { task, key }
}

export function parseAttempt(value: string): Running | undefined {
  const attempt = parsed<Partial<Running>>(value)
  return typeof attempt?.instanceId === 'string' && typeof attempt.attempt === 'number'
    ? (attempt as Running)
    : undefined
}

/** A field that changes when a process joins or leaves. All other processes then read all fields again. */
export const joinedField = 'joined'

const partOf = new Map<string, Part>(partNames.map((name) => [parts[name], name]))

/** The task of a field, and which kind of value the field holds. */
export type Place = { readonly task: string } & (
  | { readonly part: Part }
  | { readonly definedBy: string }
  | { readonly isAttempt: true }
)

export function readField(field: string): Place | undefined {
  const [letter = '', task, instanceId] = field.split('|')
  if (task === undefined) return undefined
  const part = partOf.get(letter)
  if (part !== undefined) return { task, part }
  if (letter === 'd') return instanceId === undefined ? undefined : { task, definedBy: instanceId }
  return readAttemptField(field) && { task, isAttempt: true }
}

export function afterSpace(text: string | undefined): string | undefined {
  const space = text?.indexOf(' ') ?? -1
  return space < 0 ? undefined : text?.slice(space + 1)
}

/** Parses JSON. Returns `undefined` for any other text: another version of this package may have written it. */
export function parsed<Value>(text: string | undefined): Value | undefined {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as Value
  } catch {
    return undefined
  }
}
