import { overrulingDefinition } from '../fleet/definition.ts'
import type { FleetLink } from '../shell/fleet-link.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import type { TaskView } from '../task/view.ts'

/** What this process knows of a task in the other processes. */
export function fleetViewOf(fleet: FleetLink | undefined, record: TaskRecord): TaskView['fleet'] {
  if (fleet === undefined || record.state.fleet === undefined) return undefined
  const known = fleet.known(record.info.name)
  const own = fleet.definitionOf(record)
  return {
    name: fleet.fleet.name,
    isUp: fleet.isUp,
    instanceId: fleet.instanceId,
    lastRun: known?.lastRun,
    lastSuccessAt: known?.lastSuccessAt,
    members: known?.members ?? [],
    overruledBy: overrulingDefinition(known?.members, own),
  }
}

/** In sentences: where the task runs, and why it does not run here. */
export function fleetLines(view: NonNullable<TaskView['fleet']>, record: TaskRecord): readonly string[] {
  const { name, isUp, instanceId, lastRun, members, overruledBy } = view
  const isKnown = members.length > 0
  const others = members.filter((member) => member.instanceId !== instanceId).length
  const lines = [
    `${name} decides which process runs it: this one (${instanceId}) or ${others === 1 ? '1 other' : `${others} others`}.`,
  ]
  if (isUp && !isKnown) lines.push(`${name} has not said yet which slots were decided, so its slots wait.`)
  if (!isUp) lines.push(`${name} can't be reached now, so its slots wait.`)
  if (lastRun) {
    const where = lastRun.instanceId === instanceId ? 'here' : `in ${lastRun.instanceId}`
    const at = new Date(lastRun.endedAt).toISOString()
    lines.push(`It last ran ${where}, as attempt ${lastRun.attempt}: ${lastRun.outcome} at ${at}.`)
  }
  if (overruledBy) {
    const version = overruledBy.version === undefined ? '' : ` of version ${overruledBy.version}`
    lines.push(
      `It does not run here: ${overruledBy.instanceId}${version} has a newer definition, with the schedule ${overruledBy.schedule}.`,
    )
  } else if (record.state.fleet?.isDisabled)
    lines.push('It does not run here, but the other processes run it.')
  else if (record.state.standby) lines.push('It does not run here while enabled() returns false.')
  return lines
}
