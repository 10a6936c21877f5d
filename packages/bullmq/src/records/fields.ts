import type { FleetAttempt, FleetRecord, FleetTask } from '@runwell/core/adapter'
import type { Alive } from './alive.ts'

/**
 * The parts of what the store keeps about a task. Each part has its own field, since a store can only write a whole
 * field. The name of the field begins with the letter of the part.
 */
export const parts = {
  /** The slot, a space, and the schedule that the slot belongs to. */
  lastSlot: 'l',
  lastSuccessAt: 'k',
  lastRun: 'r',
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

type Running = NonNullable<FleetRecord['running']>[number]

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

export function parseAttempt(value: string): FleetAttempt | undefined {
  const attempt = parsed<Partial<FleetAttempt>>(value)
  return typeof attempt?.instanceId === 'string' && typeof attempt.attempt === 'number'
    ? (attempt as FleetAttempt)
    : undefined
}

/** The process that has joined last. */
export const joinedField = 'joined'

/** What is known of one task, as it is stored. */
export interface Stored {
  readonly parts: Map<Part, string>
  /** The definition by each process, with its instance id as key. */
  readonly definitions: Map<string, FleetTask>
  /** The attempts that the store knows, by the name of their field. */
  readonly attempts: Map<string, Running>
}

const partOf = new Map<string, Part>(partNames.map((name) => [parts[name], name]))

/**
 * Puts a field that was read into `tasks`. An empty text means that the field does not exist. Returns the task of the
 * field; `undefined` for fields that belong to no task.
 */
export function takeField(tasks: Map<string, Stored>, field: string, value: string): string | undefined {
  const [letter = '', task = '', instanceId] = field.split('|')
  const part = partOf.get(letter)
  if (part !== undefined) {
    const stored = storedOf(tasks, task)
    if (value === '') stored.parts.delete(part)
    else stored.parts.set(part, value)
    return task
  }
  if (readAttemptField(field) !== undefined) {
    const { attempts } = storedOf(tasks, task)
    const attempt = parseAttempt(value)
    if (attempt === undefined) attempts.delete(field)
    else attempts.set(field, attempt as Running)
    return task
  }
  if (letter !== 'd' || instanceId === undefined) return undefined
  const { definitions } = storedOf(tasks, task)
  const definition = parsed<FleetTask>(value)
  if (definition !== undefined) definitions.set(instanceId, definition)
  else if (value === '') definitions.delete(instanceId)
  return task
}

export function storedOf(tasks: Map<string, Stored>, task: string): Stored {
  let stored = tasks.get(task)
  if (stored === undefined) {
    stored = { parts: new Map(), definitions: new Map(), attempts: new Map() }
    tasks.set(task, stored)
  }
  return stored
}

export function numberOf(stored: Stored | undefined, part: Part): number | undefined {
  const text = stored?.parts.get(part)
  return text === undefined ? undefined : Number.parseInt(text, 10)
}

/** Whether the task is paused at the wall time `now`. */
export function isPausedAt(stored: Stored | undefined, now: number): boolean {
  const paused = parsed<NonNullable<FleetRecord['paused']>>(stored?.parts.get('paused'))
  return paused !== undefined && now < (paused.until ?? Number.POSITIVE_INFINITY)
}

/** What the supervisor is given about a task. */
export function recordOf(
  stored: Stored,
  alive: Pick<Alive, 'has' | 'goneAt'>,
  offersAfterMs: number,
): FleetRecord {
  const members = [...stored.definitions]
    .filter(([instanceId]) => alive.has(instanceId))
    .map(([instanceId, definition]) => ({ ...definition, instanceId }))
  return {
    lastSlot: numberOf(stored, 'lastSlot'),
    lastSchedule: afterSpace(stored.parts.get('lastSlot')),
    lastSuccessAt: numberOf(stored, 'lastSuccessAt'),
    lastRun: parsed<NonNullable<FleetRecord['lastRun']>>(stored.parts.get('lastRun')),
    paused: parsed<NonNullable<FleetRecord['paused']>>(stored.parts.get('paused')),
    rescheduled: parsed<NonNullable<FleetRecord['rescheduled']>>(stored.parts.get('rescheduled')),
    goneAt: alive.goneAt,
    members,
    offersAfterMs,
    running: runningOf(stored, (id) => alive.has(id)),
  }
}

/** The active runs that the store knows: the newest attempt of each job, unless its process is dead. */
function runningOf({ attempts }: Stored, isAlive: (instanceId: string) => boolean): readonly Running[] {
  const newest = new Map<string, Running>()
  for (const [field, running] of attempts) {
    const job = field.slice(0, field.lastIndexOf('|'))
    if ((newest.get(job)?.attempt ?? 0) < running.attempt) newest.set(job, running)
  }
  return [...newest.values()].filter(({ instanceId }) => isAlive(instanceId))
}

function afterSpace(text: string | undefined): string | undefined {
  const space = text?.indexOf(' ') ?? -1
  return space < 0 ? undefined : text?.slice(space + 1)
}

/** Returns `undefined` for a text that is not JSON: another version of this package may have written it. */
function parsed<Value>(text: string | undefined): Value | undefined {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as Value
  } catch {
    return undefined
  }
}
