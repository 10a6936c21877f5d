import type { FleetRecord } from '@runwell/core/adapter'

/**
 * The parts of what the store keeps about a task. Each part has its own field, since a store can only write a whole
 * field. The name of the field begins with the letter of the part.
 */
export const parts = {
  /** The slot, a space, and the schedule that the slot belongs to. */
  lastSlot: 'l',
  /** The run that ended last with success: when it ended, a space, and the run. */
  lastSuccess: 'k',
  /** As `lastSuccess`, for the run that ended last with another outcome. So neither can overwrite the other. */
  lastOther: 'r',
  paused: 'p',
  rescheduled: 's',
  /** The order of the newest slot or request that waits for a run to end: see `JobData.order`. */
  waiting: 'w',
  /** The fleet replaces the runs of slots and requests whose `JobData.order` is lower than this. */
  replaced: 'x',
} as const

export type Part = keyof typeof parts
export const partNames = Object.keys(parts) as Part[]

/** New values for parts of a task, in the stored form. An empty text removes a part. */
export type Change = Partial<Readonly<Record<Part, string>>>

export function fieldOf(part: Part, task: string): string {
  return `${parts[part]}|${task}`
}

/** The field with the definition of a task by one process. */
export function definitionField(task: string, instanceId: string): string {
  return `d|${task}|${instanceId}`
}

/** The field with the journal of a process: its latest changes. A live process changes its journal regularly. */
export function journalField(instanceId: string): string {
  return `c|${instanceId}`
}

export type Running = NonNullable<FleetRecord['running']>[number]

/** The field with an attempt that has lasted for a while. @param key - what `keyOf` returns for the id of its job */
export function attemptField(task: string, key: string, attempt: number): string {
  return `a|${task}|${key}|${attempt}`
}

/** The task and the key of the job to which the field of an attempt belongs; `undefined` for other fields. */
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

/** The process that has joined last. */
export const joinedField = 'joined'

const partOf = new Map<string, Part>(partNames.map((name) => [parts[name], name]))

/** What a field of the store is about; `undefined` for fields that belong to no task. */
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

/** Returns the text after the first space. */
export function afterSpace(text: string | undefined): string | undefined {
  const space = text?.indexOf(' ') ?? -1
  return space < 0 ? undefined : text?.slice(space + 1)
}

/** Returns `undefined` for a text that is not JSON: another version of this package may have written it. */
export function parsed<Value>(text: string | undefined): Value | undefined {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as Value
  } catch {
    return undefined
  }
}
