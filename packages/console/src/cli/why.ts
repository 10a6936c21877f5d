import { span } from '../api/span.ts'
import type { FailureView, OpenRule, TaskDetail, TaskRow } from '../api/types.ts'
import type { Session } from './commands.ts'
import { foreign, health, jsonLine, relative, styled, table } from './print.ts'

const shownChanges = 8

export async function why({ client, json, print }: Session, task: string): Promise<0> {
  const detail = await client.read<TaskDetail>(`tasks/${encodeURIComponent(task)}`)
  if (json) print(jsonLine(detail))
  else for (const line of linesOf(detail)) print(line)
  return 0
}

function linesOf(detail: TaskDetail): readonly string[] {
  const { task, at, changes, runbook, explanation } = detail
  const { fleet } = explanation
  // For a shared task, most lines only know the runs of this process.
  const here = fleet === undefined ? '' : ' in this process'
  return [
    headline(task, at, here),
    ...detail.reasons.flatMap((reason) => reasonLines(reason, at)),
    ...detail.findings.map((finding) => `  ${foreign(finding.text, 400)}`),
    ...errorLines(detail.lastError, at, here),
    ...goodRunLine(detail, here),
    ...successLine(fleet?.lastSuccessAt, at),
    ...(fleet === undefined ? [] : [processes(fleet, at)]),
    ...(changes.length === 0 ? [] : [styled('bold', `What changed${here}`)]),
    ...changes
      .slice(0, shownChanges)
      .map((event) => `  ${relative(event.at, at)}: ${foreign(event.text, 200)}`),
    ...(runbook === undefined ? [] : [`Runbook: ${foreign(runbook, 300)}`]),
    styled('bold', 'Schedule, restarts and rules'),
    ...explanation.text.split('\n').map((line) => `  ${foreign(line, 600)}`),
  ]
}

function headline(row: TaskRow, at: number, here: string): string {
  const { pausedAt = at, pausedUntil, pausedBy, pauseReason } = row
  const status = `${styled('bold', foreign(row.name, 120))} is ${health(row.health)} (for ${span(Math.max(0, at - row.healthSince))})`
  // A pause applies to all processes of a fleet.
  if (!row.paused) return `${status} and ${foreign(row.state)}${here}`
  const by = pausedBy === undefined ? '' : ` by ${foreign(pausedBy, 120)}`
  const end = pausedUntil === undefined ? '' : `, until ${new Date(pausedUntil).toISOString()}`
  const reason = pauseReason === undefined ? '' : `: ${foreign(pauseReason, 500)}`
  return `${status} and paused${by} for ${span(Math.max(0, at - pausedAt))}${end}${reason}`
}

function reasonLines(reason: OpenRule, at: number): readonly string[] {
  const text = reason.rule_text === undefined ? '' : `: ${foreign(reason.rule_text, 300)}`
  return [
    `  ${foreign(reason.reason, 300)}`,
    styled('gray', `    rule ${foreign(reason.rule)}, ${relative(reason.since, at)}${text}`),
  ]
}

function errorLines(error: FailureView | undefined, at: number, here: string): readonly string[] {
  if (error === undefined) return []
  const annotations = Object.entries(error.annotations ?? {})
  const when = error.at === undefined ? '' : `, ${relative(error.at, at)}`
  const unit = error.unit === undefined ? '' : `, in unit '${foreign(error.unit, 120)}'`
  return [
    `Last error${here}${when}${unit}: ${foreign(error.text, 500)}`,
    ...annotations.map(([key, value]) => `  ${foreign(key)} ${foreign(value)}`),
  ]
}

function goodRunLine({ lastGoodRun, at }: TaskDetail, here: string): readonly string[] {
  if (lastGoodRun === undefined) return []
  const { startedAt, durationMs } = lastGoodRun
  return [`Last good run${here}: ${relative(startedAt + durationMs, at)}, in ${span(durationMs)}`]
}

/** @param wall - the last success in any process of the fleet */
function successLine(wall: number | undefined, at: number): readonly string[] {
  return wall === undefined ? [] : [`Last success in any process: ${relative(wall, at)}`]
}

type FleetView = NonNullable<TaskDetail['explanation']['fleet']>

function runText(
  instanceId: string,
  running: FleetView['running'],
  lastRun: FleetView['lastRun'],
  now: number,
): string {
  const live = running.find((run) => run.instanceId === instanceId)
  if (live !== undefined)
    return `runs it now: attempt ${live.attempt}, started ${relative(live.startedAt, now)}`
  if (lastRun?.instanceId !== instanceId) return ''
  return `ran it last: ${foreign(lastRun.outcome)} ${relative(lastRun.endedAt, now)}`
}

function processes({ members, instanceId, lastRun, running }: FleetView, now: number): string {
  const rows = members.map((member) => [
    `${foreign(member.instanceId)}${member.instanceId === instanceId ? ' (this one)' : ''}`,
    foreign(member.version ?? '-'),
    foreign(member.schedule),
    relative(member.startedAt, now),
    member.isOverruled ? 'older definition, not run there' : '',
    runText(member.instanceId, running, lastRun, now),
  ])
  return table(['PROCESS', 'VERSION', 'SCHEDULE', 'STARTED', '', ''], rows)
}
