import { newerText } from '../events/phrases.ts'
import { decidingFingerprint, overrulingDefinition } from '../fleet/definition.ts'
import type { FleetLink } from '../shell/fleet-link.ts'
import { runningAttempts } from '../shell/fleet-reading.ts'
import type { TaskExtras } from '../shell/task-extras.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import type { TaskView } from '../task/view.ts'

const maxNamed = 5

export function fleetViewOf(fleet: FleetLink | undefined, record: TaskRecord): TaskView['fleet'] {
  if (fleet === undefined || record.state.fleet === undefined) return undefined
  const known = fleet.known.of(record.info.name)
  const own = fleet.definitionOf(record)
  const members = known?.members ?? []
  const deciding = decidingFingerprint(members)
  return {
    name: fleet.fleet.name,
    isUp: fleet.isUp,
    down: fleet.outage,
    instanceId: fleet.instanceId,
    lastRun: fleet.known.lastRunOf(record.info.name),
    running: runningAttempts(known?.running, fleet.clock.now()).map(
      ({ instanceId, runId, attempt, startedAt, slot }) => ({
        instanceId,
        runId,
        attempt,
        startedAt,
        slot,
      }),
    ),
    lastSuccessAt: known?.lastSuccessAt,
    members: members.map(({ instanceId, version, startedAt, schedule, fingerprint }) => ({
      instanceId,
      version,
      startedAt,
      schedule,
      isOverruled: fingerprint !== deciding,
    })),
    overruledBy: overrulingDefinition(known?.members, own),
  }
}

export function fleetLines(view: NonNullable<TaskView['fleet']>, record: TaskRecord): readonly string[] {
  const { name, isUp, down, instanceId, lastRun, lastSuccessAt, running, members, overruledBy } = view
  const isKnown = members.length > 0
  const others = members.filter((member) => member.instanceId !== instanceId).length
  const which = isKnown
    ? `: this one (${instanceId}) or ${others === 1 ? '1 other' : `${others} others`}`
    : ''
  const lines = [`${name} decides which process runs it${which}.`]
  if (isUp && !isKnown)
    lines.push(`${name} has not reported yet which slots were decided, so its slots wait.`)
  if (!isUp) {
    const why = down === undefined ? 'now' : `since ${new Date(down.at).toISOString()} (${down.error})`
    lines.push(`${name} can't be used ${why}, so its slots wait.`)
  }
  const whereOf = (run: { readonly instanceId: string }): string =>
    run.instanceId === instanceId ? 'here' : `in ${run.instanceId}`
  for (const run of running.slice(0, maxNamed)) {
    const since = new Date(run.startedAt).toISOString()
    lines.push(`It has been running ${whereOf(run)} since ${since}, as attempt ${run.attempt}.`)
  }
  if (running.length > maxNamed) lines.push(`${running.length - maxNamed} more runs are live.`)
  if (lastRun) {
    const where = whereOf(lastRun)
    const at = new Date(lastRun.endedAt).toISOString()
    lines.push(`It last ran ${where}, as attempt ${lastRun.attempt}: ${lastRun.outcome} at ${at}.`)
    if (lastRun.outcome !== 'succeeded') lines.push(successLine(lastSuccessAt))
  }
  const { unknownLoss } = record.readonlyExtras
  if (unknownLoss) lines.push(lossLine(unknownLoss))
  const drift = driftLine(view, record.info.schedule.text)
  if (drift !== undefined) lines.push(drift)
  if (overruledBy) return lines
  if (record.state.fleet?.isDisabled) lines.push('It does not run here, but the other processes run it.')
  else if (record.state.standby) lines.push('It does not run here while enabled() does not return true.')
  return lines
}

function successLine(at: number | undefined): string {
  const isKnown = at !== undefined && Number.isFinite(at)
  return isKnown
    ? `Its last success in any process was at ${new Date(at).toISOString()}.`
    : 'It has not succeeded in any process yet.'
}

function lossLine({ attempt, slot }: NonNullable<TaskExtras['unknownLoss']>): string {
  const which = slot === undefined ? 'triggered run' : `run for the slot of ${new Date(slot).toISOString()}`
  return `Its ${which} began here as attempt ${attempt + 1}. The fleet knows nothing of attempt ${attempt}: its process was probably lost within about a second.`
}

function driftLine(
  { overruledBy, members }: Pick<NonNullable<TaskView['fleet']>, 'overruledBy' | 'members'>,
  ownSchedule: string,
): string | undefined {
  if (overruledBy !== undefined) {
    return `It does not run here: ${newerText(overruledBy, ownSchedule)}.`
  }
  const older = members.filter(({ isOverruled }) => isOverruled)
  if (older.length === 0) return undefined
  const named = older
    .slice(0, maxNamed)
    .map(({ instanceId, version, schedule }) => `${instanceId}${versionText(version)} (${schedule})`)
  const more = older.length > maxNamed ? ` and ${older.length - maxNamed} more` : ''
  return `It runs as it is defined here, and not in processes with an older definition: ${named.join(', ')}${more}.`
}

function versionText(version: string | undefined): string {
  return version === undefined ? '' : ` of version ${version}`
}
