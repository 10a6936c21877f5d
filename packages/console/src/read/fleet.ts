import type { Explanation, Supervisor, Task, TaskView } from '@runwell/core'
import type { Finding, FleetRow } from '../api/types.ts'
import type { Redact } from '../feed/redact.ts'

type FleetView = NonNullable<TaskView['fleet']>

const maxNames = 5

export function fleetRow({ fleet }: Task): FleetRow | undefined {
  if (fleet === undefined) return undefined
  const { isUp, instanceId, lastRun, running, members, overruledBy } = fleet
  return {
    isUp,
    processes: members.length,
    runsIn: running.map((run) => (run.instanceId === instanceId ? 'here' : run.instanceId)),
    lastIn: lastRun?.instanceId,
    isHere: lastRun?.instanceId === instanceId,
    isOverruled: overruledBy !== undefined,
    differs: members.some(({ isOverruled }) => isOverruled),
  }
}

export function readableFleet(fleet: FleetView | undefined, redact: Redact): Explanation['fleet'] {
  if (fleet?.down === undefined) return fleet
  return { ...fleet, down: { ...fleet.down, error: redact(fleet.down.error, 'error') } }
}

export function fleetFindings({ fleet, info }: Task): Finding[] {
  if (fleet === undefined) return []
  const { name, isUp, down, members, overruledBy } = fleet
  if (!isUp) return [finding(downText(name, down?.error, 'Its slots wait'), down?.at)]
  if (members.length === 0)
    return [finding(`${name} has not reported yet which slots were decided, so its slots wait.`)]
  if (overruledBy !== undefined) {
    const { instanceId, schedule } = overruledBy
    const what = schedule === info.schedule.text ? 'with other options' : `with the schedule ${schedule}`
    return [
      finding(
        `It does not run in this process: ${instanceId}${versionText(overruledBy)} has a newer definition, ${what}.`,
      ),
    ]
  }
  const older = members.filter(({ isOverruled }) => isOverruled)
  if (older.length === 0) return []
  const named = older.map((member) => `${member.instanceId}${versionText(member)} (${member.schedule})`)
  return [finding(`It does not run in processes with an older definition: ${listed(named)}.`)]
}

export function fleetNotices(supervisor: Supervisor): Finding[] {
  const shared = [...supervisor.tasks()].flatMap(({ name, fleet }) =>
    fleet === undefined ? [] : [{ name, fleet }],
  )
  const [first] = shared
  if (first === undefined) return []
  const { isUp, name, down } = first.fleet
  const slots =
    shared.length === 1
      ? 'The slots of 1 shared task wait'
      : `The slots of ${shared.length} shared tasks wait`
  if (!isUp) return [finding(downText(name, down?.error, slots), down?.at)]
  const overruled = shared.filter(({ fleet }) => fleet.overruledBy !== undefined)
  const [newer] = overruled
  if (newer?.fleet.overruledBy === undefined) return []
  const { instanceId } = newer.fleet.overruledBy
  const which = overruled.length === 1 ? '1 shared task does' : `${overruled.length} shared tasks do`
  return [
    finding(
      `${which} not run in this process, because ${instanceId}${versionText(newer.fleet.overruledBy)} has a newer definition: ${listed(overruled.map((task) => task.name))}.`,
      undefined,
      newer.name,
    ),
  ]
}

function downText(name: string, error: string | undefined, consequence: string): string {
  const why = error === undefined ? '' : `: ${error}`
  return `${sentenceCase(name)} can't be used${why}. ${consequence}, and runs under way go on.`
}

export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function versionText({ version }: { readonly version: string | undefined }): string {
  return version === undefined ? '' : ` of version ${version}`
}

function listed(names: readonly string[]): string {
  const more = names.length > maxNames ? ` and ${names.length - maxNames} more` : ''
  return names.slice(0, maxNames).join(', ') + more
}

function finding(text: string, at?: number, task?: string): Finding {
  return { text, at, task }
}
