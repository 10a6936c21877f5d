import type { RunRecord } from '@runwell/core'
import { formatMs } from '@runwell/core/adapter'
import type {
  Action,
  DueRun,
  Snapshot,
  StopRehearsal,
  StreamedEvent,
  TaskDetail,
  TaskRow,
} from '../api/types.ts'
import { CliError, type Client } from './client.ts'
import { foreign, health, jsonLine, relative, styled, table } from './print.ts'

/** What every command can use. */
export interface Session {
  readonly client: Client
  /** Prints data for machines instead of text. */
  readonly json: boolean
  readonly print: (text: string) => void
}

const ranks = { unhealthy: 0, degraded: 1, unknown: 2, healthy: 3 } as const

/** Lists the tasks, worst first. @returns the exit code: with `check` it is 1 if a task is unhealthy */
export async function list({ client, json, print }: Session, check: boolean): Promise<0 | 1> {
  const { process, tasks } = await client.read<Snapshot>('snapshot')
  const rows = [...tasks].sort(
    (one, other) => ranks[one.health] - ranks[other.health] || one.name.localeCompare(other.name),
  )
  if (json) print(jsonLine(rows))
  else if (rows.length === 0) print('No task is registered.')
  else {
    const isShared = rows.some(({ fleet }) => fleet !== undefined)
    const head = [
      'HEALTH',
      'TASK',
      'STATE',
      'NEXT',
      'RUNS',
      'FAILED',
      ...(isShared ? ['LAST RAN IN'] : []),
      'WHY',
    ]
    print(
      table(
        head,
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
    relative(row.nextRunAt ?? row.nextRestartAt, now),
    String(row.started),
    String(failed),
    ...(isShared ? [row.fleet?.isHere === false ? foreign(row.fleet.lastIn ?? '-', 60) : 'here'] : []),
    foreign(row.reasons[0]?.reason, 60),
  ]
}

/** Says why a task is as it is. */
export async function why({ client, json, print }: Session, task: string): Promise<0> {
  const detail = await client.read<TaskDetail>(`tasks/${encodeURIComponent(task)}`)
  if (json) {
    print(jsonLine(detail))
    return 0
  }
  const { task: row, at } = detail
  print(
    `${styled('bold', foreign(row.name, 120))} is ${health(row.health)} (since ${relative(row.healthSince, at)}) and ${row.paused ? 'paused' : foreign(row.state)}`,
  )
  for (const reason of detail.reasons) {
    print(`  ${foreign(reason.reason, 300)}`)
    print(
      styled(
        'gray',
        `    rule ${foreign(reason.rule)}, ${relative(reason.since, at)}; ${foreign(reason.rule_text, 300)}`,
      ),
    )
  }
  if (detail.lastError !== undefined) {
    print(`Last error, ${relative(detail.lastError.at, at)}: ${foreign(detail.lastError.text, 500)}`)
    for (const [key, value] of Object.entries(detail.lastError.annotations ?? {}))
      print(`  ${foreign(key)} ${foreign(value)}`)
  }
  if (detail.lastGoodRun !== undefined) {
    const { startedAt, durationMs } = detail.lastGoodRun
    print(`Last good run: ${relative(startedAt + durationMs, at)}, in ${formatMs(durationMs)}`)
  }
  for (const found of detail.findings) print(`  ${foreign(found.text, 300)}`)
  if (detail.explanation.fleet !== undefined) print(processes(detail.explanation.fleet, at))
  for (const event of detail.changes.slice(0, 5))
    print(`  ${relative(event.at, at)}: ${foreign(event.text, 200)}`)
  if (detail.runbook !== undefined) print(`Runbook: ${foreign(detail.runbook, 300)}`)
  print('')
  for (const line of detail.explanation.text.split('\n')) print(foreign(line, 400))
  return 0
}

/** The processes that share a task. */
function processes(
  { members, instanceId, lastRun }: NonNullable<TaskDetail['explanation']['fleet']>,
  now: number,
): string {
  const rows = members.map((member) => [
    `${foreign(member.instanceId)}${member.instanceId === instanceId ? ' (this one)' : ''}`,
    foreign(member.version ?? '-'),
    foreign(member.schedule),
    relative(member.startedAt, now),
    member.isOverruled ? 'older definition, not run there' : '',
    member.instanceId === lastRun?.instanceId
      ? `ran it last: ${foreign(lastRun.outcome)} ${relative(lastRun.endedAt, now)}`
      : '',
  ])
  return table(['PROCESS', 'VERSION', 'SCHEDULE', 'STARTED', '', ''], rows)
}

/** Lists the last runs of a task. */
export async function runs({ client, json, print }: Session, task: string, limit: number): Promise<0> {
  const answer = await client.read<{ runs: readonly RunRecord[] }>(
    `tasks/${encodeURIComponent(task)}/runs?limit=${limit}`,
  )
  if (json) print(jsonLine(answer.runs))
  else {
    const rows = answer.runs.map((run) => [
      new Date(run.startedAt).toISOString(),
      foreign(run.outcome),
      formatMs(run.durationMs),
      foreign(run.trigger),
      foreign(run.annotations?.['trace_id']),
      foreign(run.error && `${run.error.name}: ${run.error.message}`),
    ])
    print(table(['STARTED', 'OUTCOME', 'TOOK', 'BY', 'TRACE', 'ERROR'], rows))
  }
  return 0
}

/** Lists what is due. */
export async function next({ client, json, print }: Session, within: string): Promise<0> {
  const answer = await client.read<{ at: number; runs: readonly DueRun[] }>(
    `next?within=${encodeURIComponent(within)}`,
  )
  if (json) print(jsonLine(answer.runs))
  else {
    const rows = answer.runs.map(({ task, at, withheld }) => [
      relative(at, answer.at),
      new Date(at).toISOString(),
      foreign(task, 120),
      withheld === undefined ? '' : `will not run: ${foreign(withheld)}`,
    ])
    print(rows.length === 0 ? `Nothing is due within ${within}.` : table(['DUE', 'AT', 'TASK', ''], rows))
  }
  return 0
}

/** Prints events as they happen. It rejects when the console ends the stream. */
export async function tail(
  { client, json, print }: Session,
  task: string | undefined,
  level: string,
): Promise<never> {
  const query = new URLSearchParams({ level, ...(task === undefined ? {} : { task }) })
  for await (const { name, data } of client.stream(`events?${query}`)) {
    if (name === 'reset' && !json)
      print(styled('gray', 'Some events were left out here, because there were too many.'))
    if (name !== 'events') continue
    for (const event of data as readonly StreamedEvent[]) {
      print(json ? jsonLine(event) : `${new Date(event.at).toISOString()} ${colored(event)}`)
    }
  }
  throw new CliError('The console has ended the stream.')
}

function colored({ level, text }: StreamedEvent): string {
  const plain = foreign(text, 1_000)
  if (level === 'error') return styled('red', plain)
  return level === 'warn' ? styled('yellow', plain) : plain
}

/** Does something with a task. @returns 0 if it was done, 1 if the task refused */
export async function control(session: Session, action: Action, task: string, body: object): Promise<0 | 1> {
  const { done, result } = await session.client.write<{ done: boolean; result: string }>(
    `tasks/${encodeURIComponent(task)}/${action}`,
    body,
  )
  session.print(session.json ? jsonLine({ done, result }) : `${foreign(task, 120)}: ${foreign(result, 300)}`)
  return done ? 0 : 1
}

/** Says what a stop would do now. */
export async function stopPlan({ client, json, print }: Session): Promise<0> {
  const plan = await client.read<StopRehearsal>('stop-plan')
  if (json) print(jsonLine(plan))
  else {
    for (const { priority, tasks, live } of plan.classes) {
      if (tasks.length === 0) continue
      print(`${styled('bold', foreign(priority))}: ${tasks.length} tasks, ${live.length} runs to wait for`)
      for (const run of live) {
        const usual = run.usualMs === undefined ? '' : `, usually takes ${formatMs(run.usualMs)}`
        print(`  ${foreign(run.task, 120)} for ${formatMs(run.ageMs)}${usual}`)
      }
    }
    if (plan.aboutMs > 0) print(`A stop now would take about ${formatMs(plan.aboutMs)}.`)
    if (plan.classes.every(({ tasks }) => tasks.length === 0)) print('No task is registered.')
    if (plan.leftBehind.length > 0)
      print(`It would leave behind: ${plan.leftBehind.map((name) => foreign(name, 120)).join(', ')}`)
  }
  return 0
}

/** The JSON that a user typed. */
export function inputOf(text: unknown): object {
  if (typeof text !== 'string') return {}
  try {
    return { input: JSON.parse(text) as unknown }
  } catch {
    throw new CliError(`--input must be JSON, such as '{"to":"ana"}' or '"ana"', got ${text}`)
  }
}
