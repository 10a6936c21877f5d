import type { EventOf, Supervisor, SupervisorReport } from '@runwell/core'
import { formatMs } from '@runwell/core/adapter'
import type { Finding } from '../api/types.ts'
import type { EventRing } from '../feed/event-ring.ts'
import { fleetNotices } from './fleet.ts'

const minuteMs = 60_000
const recentMs = 60 * minuteMs
/** Shorter blocks are not reported, because users do not notice them. */
const minBlockMs = 200

export function notices(
  supervisor: Supervisor,
  report: SupervisorReport,
  ring: EventRing,
  warnings: readonly Finding[],
): readonly Finding[] {
  const since = report.at - recentMs
  return [
    ...phaseNotice(supervisor, report, ring),
    ...idleNotice(supervisor, report),
    ...environmentNotices(report),
    ...fleetNotices(supervisor),
    ...blockNotice(ring, since),
    ...ring
      .newestOf(({ type }) => type === 'clock.jumped' || type === 'monitor.stalled', 2)
      .filter(({ at }) => at >= since)
      .map(({ text, at }) => finding(`${text}.`, at)),
    ...observerNotices(report, ring),
    ...warnings.filter(({ at = 0 }) => at >= since),
  ]
}

function phaseNotice(supervisor: Supervisor, { phase }: SupervisorReport, ring: EventRing): Finding[] {
  if (phase === 'new')
    return [finding('The supervisor has not started, so no task runs. Call supervisor.start().')]
  if (phase !== 'draining' && phase !== 'stopping') return []
  const [event] = ring.newestOf(({ type }) => type === 'shutdown.started', 1)
  const live = [...supervisor.tasks()].filter((task) => task.active().length > 0).map(({ name }) => name)
  const waits = live.length === 0 ? '' : ` It waits for ${listed(live)}.`
  return [finding(`${event?.text ?? 'The supervisor is stopping'}.${waits}`, event?.at, live[0])]
}

function idleNotice(supervisor: Supervisor, { phase, totals, byState }: SupervisorReport): Finding[] {
  const { tasks: count } = totals
  if (phase !== 'started' || count === 0) return []
  if (byState.standby === count) {
    return [
      finding(
        `Every task is on standby, because enabled() does not return true. Nothing runs in this process.`,
      ),
    ]
  }
  const tasks = [...supervisor.tasks()]
  if (tasks.every(({ paused }) => paused))
    return [finding('Every task is paused. Nothing runs until one is resumed.')]
  if (tasks.every(({ info }) => info.schedule.kind === 'manual'))
    return [finding('No task has a schedule. Each runs only when it is triggered.')]
  return []
}

function environmentNotices({ environment }: SupervisorReport): Finding[] {
  const { RUNWELL_DISABLED: all, RUNWELL_TASKS_DISABLED: some } = environment
  const found: Finding[] = []
  if (all !== undefined) found.push(finding(`RUNWELL_DISABLED=${all}: tasks run, but nothing observes them.`))
  if (some !== undefined)
    found.push(finding(`RUNWELL_TASKS_DISABLED=${some} has paused the tasks of these names.`))
  return found
}

function blockNotice(ring: EventRing, since: number): Finding[] {
  const blocks = ring
    .newestOf(({ type }) => type === 'loop.blocked', 200)
    .map((event) => event as unknown as EventOf<'loop.blocked'>)
    .filter(({ at, ms }) => at >= since && ms >= minBlockMs)
  const [newest] = blocks
  if (newest === undefined) return []
  const longest = blocks.reduce((one, other) => (other.ms > one.ms ? other : one))
  if (blocks.length === 1) {
    const text = `The event loop was blocked for ${formatMs(longest.ms)}, ${byWhom(longest.suspect?.task)}. Nothing else ran meanwhile.`
    return [finding(text, newest.at, longest.suspect?.task)]
  }
  const msByTask = new Map<string | undefined, number>()
  for (const { suspect, ms } of blocks) {
    msByTask.set(suspect?.task, (msByTask.get(suspect?.task) ?? 0) + ms)
  }
  const causes = [...msByTask].sort((one, other) => other[1] - one[1])
  const allMs = blocks.reduce((sum, { ms }) => sum + ms, 0)
  const hasOneCause = causes.length === 1
  const of = `, ${byWhom(longest.suspect?.task)}`
  const parts = causes.slice(0, 3).map(([task, ms]) => `${formatMs(ms)} ${byWhom(task)}`)
  const text = [
    `The event loop was blocked for ${formatMs(minBlockMs)} or longer ${blocks.length} times in the last hour. Nothing else ran meanwhile.`,
    `Together, these blocks took ${formatMs(allMs)}${hasOneCause ? of : `: ${parts.join(', ')}`}.`,
    `The longest block took ${formatMs(longest.ms)}${hasOneCause ? '' : of}.`,
  ].join(' ')
  return [finding(text, newest.at, causes.find(([task]) => task !== undefined)?.[0])]
}

function byWhom(task: string | undefined): string {
  return task === undefined ? 'by code outside of tasks' : `most likely by ${task}`
}

function observerNotices({ observers }: SupervisorReport, ring: EventRing): Finding[] {
  return observers
    .filter(({ faults }) => faults > 0)
    .map(({ name, faults }) => {
      const [event] = ring.newestOf(
        (one) => one.type === 'observer.failed' && (one as { observer?: string }).observer === name,
        1,
      )
      const times = faults === 1 ? 'once' : `${faults} times`
      const last = event?.error === undefined ? '' : `, last with ${event.error.text}`
      return finding(
        `Observer '${name}' has failed ${times}${last}. What it reports is incomplete.`,
        event?.at,
      )
    })
}

function listed(names: readonly string[]): string {
  const more = names.length > 5 ? ` and ${names.length - 5} more` : ''
  return names.slice(0, 5).join(', ') + more
}

function finding(text: string, at?: number, task?: string): Finding {
  return { text, at, task }
}
