import type { FleetRecord } from '@runwell/core/adapter'

/**
 * What the store keeps about a task, besides its definitions and active attempts. Each part has its own field. The
 * name of the field begins with the letter of the part.
 */
export const parts = {
  /** The newest decided slot, a space, and the schedule of that slot. */
  lastSlot: 'l',
  /** The newest successful run: its end, a space, and the run as JSON. */
  lastSuccess: 'k',
  /** The newest run that did not succeed: its end, a space, and the run as JSON. */
  lastOther: 'r',
  paused: 'p',
  rescheduled: 's',
  /** The `order` of the newest job that had to wait for a run to end. Jobs with `waits` do not count. */
  waiting: 'w',
  /** Runs of jobs with a lower `order` than this are aborted. */
  replaced: 'x',
} as const

export type Part = keyof typeof parts
export const partNames = Object.keys(parts) as Part[]

/** New values, in the stored form. An empty text removes the part. */
export type Change = Partial<Readonly<Record<Part, string>>>

export function fieldOf(part: Part, task: string): string {
  return `${parts[part]}|${task}`
}

export function definitionField(task: string, instanceId: string): string {
  return `d|${task}|${instanceId}`
}

/** The field in which a process lists its latest changes. */
export function journalField(instanceId: string): string {
  return `c|${instanceId}`
}

export type Running = NonNullable<FleetRecord['running']>[number]

/** @param key - the part of the job id after the name of the task */
export function attemptField(task: string, key: string, attempt: number): string {
  return `a|${task}|${key}|${attempt}`
}

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

/** This field changes when a process joins or leaves. All other processes then read all fields. */
export const joinedField = 'joined'

const partOf = new Map<string, Part>(partNames.map((name) => [parts[name], name]))

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

/** Another version of this package may have written text that is not JSON. */
export function parsed<Value>(text: string | undefined): Value | undefined {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as Value
  } catch {
    return undefined
  }
}
