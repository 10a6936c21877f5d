import { setTimeout } from 'node:timers/promises'
import type { RunRecord } from '@runwell/core'
import { firstOfEach } from '../api/first-of-each.ts'
import { nextAtOf } from '../api/next-at.ts'
import { span } from '../api/span.ts'
import type {
  Action,
  AuditEntry,
  NextRuns,
  Snapshot,
  StopRehearsal,
  StreamedEvent,
  TaskDetail,
  TaskRow,
} from '../api/types.ts'
import { CliError, type Client } from './client.ts'
import { foreign, health, jsonLine, relative, styled, table } from './print.ts'

export interface Session {
  readonly client: Client
  readonly json: boolean
  readonly print: (text: string) => void
  /** The user's name, as the audit shows it. */
  readonly by: string | undefined
}

/** During a stop of its process, a mounted console ends each stream. The next stream has the events since then. */
const reconnectMs = 1_000

const ranks = { unhealthy: 0, degraded: 1, unknown: 2, healthy: 3 } as const

/** @returns the exit code: 1 if `check` is set and a task is unhealthy */
export async function list({ client, json, print }: Session, check: boolean): Promise<0 | 1> {
  const { process, tasks } = await client.read<Snapshot>('snapshot')
  const rows = [...tasks].sort(
    (one, other) => ranks[one.health] - ranks[other.health] || one.name.localeCompare(other.name),
  )
  if (json) print(jsonLine(rows))
  else if (rows.length === 0) print('No task is registered.')
  else {
    const isShared = rows.some(({ fleet }) => fleet !== undefined)
    const where = isShared ? ['LAST RAN IN'] : []
    const counts = isShared ? ['RUNS HERE', 'FAILED HERE'] : ['RUNS', 'FAILED']
    print(
      table(
        ['HEALTH', 'TASK', 'STATE', 'NEXT', ...counts, ...where, 'WHY'],
        rows.map((row) => cellsOf(row, process.at, isShared)),
      ),
    )
  }
  return check && tasks.some((row) => row.health === 'unhealthy') ? 1 : 0
}

function cellsOf(row: TaskRow, now: number, isShared: boolean): readonly string[] {
  const failed = row.outcomes.failed + row.outcomes['timed-out'] + row.outcomes.abandoned
  return [
    health(row.health),
    foreign(row.name, 120),
    row.paused ? 'paused' : foreign(row.state),
    relative(nextAtOf(row), now),
    String(row.started),
    String(failed),
    ...(isShared ? [row.fleet?.isHere === false ? foreign(row.fleet.lastIn ?? '-', 60) : 'here'] : []),
    foreign(whyOf(row), 60),
  ]
}

function whyOf(row: TaskRow): string | undefined {
  const reason = row.reasons[0]?.reason
  return row.health === 'unhealthy' || row.health === 'degraded' ? reason : (heldBy(row) ?? reason)
}

function heldBy({ paused, pausedBy, pauseReason, state }: TaskRow): string | undefined {
  if (paused)
    return `paused${pausedBy === undefined ? '' : ` by ${pausedBy}`}${pauseReason === undefined ? '' : `: ${pauseReason}`}`
  return state === 'standby' ? 'enabled() does not return true' : undefined
}

/** Returns for example `cancelled (lease-lost in shop-2)` or `cancelled (restart by rule hung)`. */
function outcomeOf({ outcome, abortedFor, rule, instanceId }: RunRecord): string {
  const notes = [
    abortedFor,
    rule && `by rule ${rule}`,
    instanceId === undefined ? undefined : `in ${instanceId}`,
  ]
  const note = notes.filter((text) => text !== undefined).join(' ')
  return note === '' ? outcome : `${outcome} (${note})`
}

export async function runs({ client, json, print }: Session, task: string, limit: number): Promise<0> {
  const answer = await client.read<{ runs: readonly RunRecord[] }>(
    `tasks/${encodeURIComponent(task)}/runs?limit=${limit}`,
  )
  if (json) print(jsonLine(answer.runs))
  else {
    const rows = answer.runs.map((run) => [
      new Date(run.startedAt).toISOString(),
      foreign(outcomeOf(run), 120),
      span(run.durationMs),
      foreign(run.trigger),
      foreign(run.annotations?.['trace_id']),
      foreign(run.error && `${run.error.name}: ${run.error.message}`),
    ])
    print(table(['STARTED', 'OUTCOME', 'TOOK', 'BY', 'TRACE', 'ERROR'], rows))
  }
  return 0
}

/** At most this many runs of each task are printed, so that a task with a short period does not fill the list. */
const shownOfTask = 3

export async function next({ client, json, print }: Session, within: string): Promise<0> {
  const answer = await client.read<NextRuns>(`next?within=${encodeURIComponent(within)}`)
  if (json) {
    print(jsonLine(answer.runs))
    return 0
  }
  const { shown, hidden } = firstOfEach(answer, shownOfTask)
  const rows = shown.map(({ task, at, local, withheld }) => [
    relative(at, answer.at),
    `${new Date(at).toISOString()}${local === undefined ? '' : ` (${foreign(local)})`}`,
    foreign(task, 120),
    withheld === undefined ? '' : `will not run: ${foreign(withheld)}`,
  ])
  print(rows.length === 0 ? `Nothing is due within ${within}.` : table(['DUE', 'AT', 'TASK', ''], rows))
  if (hidden.length > 0)
    print(
      styled(
        'gray',
        `Later runs of these tasks are left out: ${foreign(hidden.join(', '), 300)}. --json prints them.`,
      ),
    )
  const last = answer.runs.at(-1)
  if (answer.leftOut > 0 && last !== undefined)
    print(
      styled(
        'gray',
        `The list ends at ${new Date(last.at).toISOString()}: ${answer.leftOut} later runs are left out.`,
      ),
    )
  return 0
}

export async function audit({ client, json, print }: Session): Promise<0> {
  const { entries } = await client.read<{ entries: readonly AuditEntry[] }>('audit')
  if (json) print(jsonLine(entries))
  else if (entries.length === 0) print('No one has controlled a task since the process started.')
  else {
    const rows = entries.map((entry) => [
      new Date(entry.at).toISOString(),
      foreign(entry.by, 120),
      foreign(entry.action),
      foreign(entry.task, 120),
      foreign(entry.result, 120),
      foreign(entry.reason, 500),
    ])
    print(table(['WHEN', 'WHO', 'WHAT', 'TASK', 'RESULT', 'WHY'], rows))
  }
  return 0
}

export async function tail(
  { client, json, print }: Session,
  task: string | undefined,
  level: string,
): Promise<never> {
  if (task !== undefined && !json) await noteIfUnknown(client, task, print)
  const query = new URLSearchParams({ level, ...(task === undefined ? {} : { task }) })
  for (let goesOn = true; goesOn; ) {
    goesOn = false
    for await (const { name, id, data } of client.stream(`events?${query}`)) {
      if (id !== undefined) query.set('after', id)
      if (name === 'end') goesOn = true
      if (name === 'reset' && !json)
        print(styled('gray', 'Some events were left out here, because there were too many.'))
      if (name !== 'events') continue
      for (const event of data as readonly StreamedEvent[]) {
        print(json ? jsonLine(event) : `${new Date(event.at).toISOString()} ${colored(event)}`)
      }
    }
    if (goesOn) await setTimeout(reconnectMs)
  }
  throw new CliError('The console has ended the stream.')
}

/** A task may be registered later, so a name that is not registered is not an error here. */
async function noteIfUnknown(client: Client, task: string, print: (text: string) => void): Promise<void> {
  try {
    await client.read<TaskDetail>(`tasks/${encodeURIComponent(task)}`)
  } catch (error) {
    if (!(error instanceof CliError && error.status === 404)) throw error
    print(styled('gray', foreign(`${error.message} Waiting for it.`, 300)))
  }
}

function colored({ level, text }: StreamedEvent): string {
  const plain = foreign(text, 1_000)
  if (level === 'error') return styled('red', plain)
  return level === 'warn' ? styled('yellow', plain) : plain
}

/** @returns 0 if the console performed the action, 1 if the task refused it or there was no run to abort */
export async function control(session: Session, action: Action, task: string, body: object): Promise<0 | 1> {
  const { done, result } = await session.client.write<{ done: boolean; result: string }>(
    `tasks/${encodeURIComponent(task)}/${action}`,
    { ...body, by: session.by },
  )
  session.print(session.json ? jsonLine({ done, result }) : `${foreign(task, 120)}: ${foreign(result, 300)}`)
  return done ? 0 : 1
}

export async function stopPlan({ client, json, print }: Session): Promise<0> {
  const plan = await client.read<StopRehearsal>('stop-plan')
  if (json) print(jsonLine(plan))
  else {
    for (const { priority, tasks, live } of plan.classes) {
      if (tasks.length === 0) continue
      print(
        `${styled('bold', foreign(priority))}: ${tasks.length === 1 ? '1 task' : `${tasks.length} tasks`}, ${live.length === 1 ? '1 run' : `${live.length} runs`} to wait for`,
      )
      for (const run of live) {
        const usual = run.usualMs === undefined ? '' : `; a whole run takes ${span(run.usualMs)}`
        print(`  ${foreign(run.task, 120)} running for ${span(run.ageMs)}${usual}`)
      }
    }
    if (plan.aboutMs > 0) print(`A stop now would take about ${span(plan.aboutMs)}.`)
    if (plan.classes.every(({ tasks }) => tasks.length === 0)) print('No task is registered.')
    if (plan.leftBehind.length > 0)
      print(`It would leave behind: ${plan.leftBehind.map((name) => foreign(name, 120)).join(', ')}`)
  }
  return 0
}

export function inputOf(text: unknown): object {
  if (typeof text !== 'string') return {}
  try {
    return { input: JSON.parse(text) as unknown }
  } catch {
    throw new CliError(`--input must be JSON, such as '{"to":"ana"}' or '"ana"', got ${text}`)
  }
}
