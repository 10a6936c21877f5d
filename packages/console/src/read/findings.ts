import type { EventOf, Explanation, RunRecord, Supervisor, Task } from '@runwell/core'
import { formatMs, missText, upAfterMs } from '@runwell/core/adapter'
import type { Finding } from '../api/types.ts'
import type { EventRing } from '../feed/event-ring.ts'
import { fleetFindings, sentenceCase } from './fleet.ts'

const recentMs = 60 * 60_000
const minLateMs = 1_000
const newestRuns = 5
const minRunsForDrift = 10
const driftFactor = 1.5
const minDriftMs = 50

export function findings(
  supervisor: Supervisor,
  task: Task,
  { dependsOn, lints }: Explanation,
  history: readonly RunRecord[],
  ring: EventRing,
): readonly Finding[] {
  const since = supervisor.now() - recentMs
  return [
    ...stopping(supervisor, task, ring),
    ...fleetFindings(task),
    ...neverSucceeded(supervisor, task, history, ring),
    ...failingSince(task, history),
    ...upAfterFailures(task),
    ...lostElsewhere(task, ring, since),
    ...missed(task, ring, since),
    ...overlapping(task, history, ring, since),
    ...lately(task, ring, since),
    ...slower(task, history),
    ...asked(task, ring, since),
    ...dependencies(supervisor, dependsOn),
    ...lints.map(({ text }) => finding(text)),
  ]
}

/**
 * Says that the shutdown waits for a run of the task. Also says if an abandoned run may have waited for its own end,
 * for example by `await supervisor.stop()` inside the run.
 */
function stopping(supervisor: Supervisor, task: Task, ring: EventRing): Finding[] {
  const [ended] = ring.newestOf(
    (event) => event.task === task.name && (event as { waitingCall?: string }).waitingCall !== undefined,
    1,
  )
  const found = ended === undefined ? [] : [finding(`${ended.text}.`, ended.at)]
  const [stop] = ring.newestOf(({ type }) => type === 'shutdown.started', 1)
  if (stop === undefined || task.active().length === 0) return found
  const [other, ...more] = [...supervisor.tasks()]
    .filter((one) => one.name !== task.name && one.active().length > 0)
    .map(({ name }) => name)
  const others = other === undefined ? '' : ` It also waits for ${[other, ...more].slice(0, 5).join(', ')}.`
  const text = `The supervisor is stopping and waits for this run to obey its abort signal.${others}`
  return [finding(text, stop.at, other), ...found]
}

function neverSucceeded(
  supervisor: Supervisor,
  task: Task,
  history: readonly RunRecord[],
  ring: EventRing,
): Finding[] {
  const { lastSuccessAt, consecutiveFailures } = task.metrics()
  const { startedAt } = supervisor
  if (lastSuccessAt !== undefined || consecutiveFailures === 0 || startedAt === undefined) return []
  if (isUp(task) || hasBeenUp(task, history, ring)) return []
  const runs = consecutiveFailures === 1 ? 'its only run' : `all ${consecutiveFailures} runs`
  const text = `No run has succeeded since this process started: ${runs} failed. Compare this version with the one before.`
  return [finding(text, startedAt)]
}

function failingSince(task: Task, history: readonly RunRecord[]): Finding[] {
  const { lastSuccessAt, consecutiveFailures, started } = task.metrics()
  const oldest = history.at(-1)
  if (lastSuccessAt === undefined || oldest === undefined || consecutiveFailures < history.length) return []
  const text = `The runs in which the trouble began are no longer kept: the history has only the newest ${history.length} of ${started} runs, and all of them failed. The option \`history\` keeps more.`
  return [finding(text, oldest.startedAt)]
}

/** True if a run of the loop was up. A run that works never ends, so the number of successes does not show this. */
function hasBeenUp(task: Task, history: readonly RunRecord[], ring: EventRing): boolean {
  const { schedule } = task.info
  if (schedule.kind !== 'loop') return false
  const [ready] = ring.newestOf((event) => event.type === 'run.ready' && event.task === task.name, 1)
  if (ready !== undefined) return true
  const ages = [...task.active().map(({ ageMs }) => ageMs), ...history.map(({ durationMs }) => durationMs)]
  return ages.some((ms) => ms >= upAfterMs(schedule))
}

function isUp(task: Task): boolean {
  return task.info.schedule.kind === 'loop' && task.health().status === 'healthy'
}

function upAfterFailures(task: Task): Finding[] {
  const left = task.restartsLeft()
  const { outcomes } = task.metrics()
  const failed = outcomes.failed + outcomes['timed-out'] + outcomes.abandoned
  const ended = failed + outcomes.succeeded + outcomes.cancelled
  if (left === undefined || !isUp(task) || failed === 0 || failed < outcomes.succeeded) return []
  const runs = ended === 1 ? 'The only run that has ended' : `${failed} of ${ended} runs that have ended`
  const text = `${runs} failed. A loop is healthy while it is up and its restarts stay within their budget, of which ${left} ${left === 1 ? 'is' : 'are'} left.`
  return [finding(text)]
}

function lostElsewhere(task: Task, ring: EventRing, since: number): Finding[] {
  const [event] = ring.newestOf(({ type, task: name }) => type === 'run.lost' && name === task.name, 1)
  if (event === undefined || event.at < since) return []
  const { instanceId, attempt, at, startedAt, scheduledAt } = event as unknown as EventOf<'run.lost'>
  const slot = scheduledAt === undefined ? '' : ` of the slot ${new Date(scheduledAt).toISOString()}`
  const text = `Process ${instanceId} died or lost its lease during attempt ${attempt}${slot}. This process ran it again, ${formatMs(at - startedAt)} after that attempt had started.`
  return [finding(text, at)]
}

function missed(task: Task, ring: EventRing, since: number): Finding[] {
  const [event] = ring.newestOf(({ type, task: name }) => type === 'run.missed' && name === task.name, 1)
  if (event === undefined || event.at < since) return []
  const { count, from, to, at, cause } = event as unknown as Omit<EventOf<'run.missed'>, 'info'>
  const slots = count === 1 ? '1 slot was' : `${count} slots were`
  const found = cause === 'already-due' ? undefined : causeBetween(ring, task, from, to, at)
  const text =
    found === undefined
      ? `${slots} missed: ${missText({ cause, count, info: task.info })}.`
      : `${slots} missed. ${found.text}`
  return [finding(text, at, found?.task)]
}

/**
 * Finds what delayed or prevented runs from `from` to `to`. `at` is the time of the event that reports this:
 * `run.started` or `run.missed`.
 */
function causeBetween(
  ring: EventRing,
  task: Task,
  from: number,
  to: number,
  at: number,
): Finding | undefined {
  const outage = task.fleet && outageBetween(ring, task.fleet, from, at)
  if (outage !== undefined) return outage
  const event = ring
    .newestOf(({ type }) => type === 'loop.blocked' || type === 'clock.jumped', 20)
    .find((one) => one.at >= from && one.at <= at + 60_000 && couldDelay(one, task, to))
  return event && finding(`${event.text}.`, event.at, (event as { suspect?: { task: string } }).suspect?.task)
}

/**
 * A block that began after `to` is not the cause. In a fleet, a block shorter than `minLateMs` is not the cause
 * either, because another process can run the slot.
 */
function couldDelay(event: { at: number; type: string }, task: Task, to: number): boolean {
  if (event.type !== 'loop.blocked') return true
  const { ms } = event as unknown as EventOf<'loop.blocked'>
  return event.at - ms <= to && (task.fleet === undefined || ms >= minLateMs)
}

function outageBetween(
  ring: EventRing,
  { name, down }: NonNullable<Task['fleet']>,
  from: number,
  at: number,
): Finding | undefined {
  if (down !== undefined && down.at <= at)
    return finding(`${sentenceCase(name)} can't be used since ${new Date(down.at).toISOString()}.`, down.at)
  const event = ring
    .newestOf(({ type }) => type === 'fleet.up', 20)
    .find((one) => one.at >= from && one.at - (one as unknown as EventOf<'fleet.up'>).downMs <= at)
  if (event === undefined) return undefined
  const { downMs } = event as unknown as EventOf<'fleet.up'>
  return finding(`${sentenceCase(name)} could not be used for ${formatMs(downMs)}.`, event.at)
}

function overlapping(task: Task, history: readonly RunRecord[], ring: EventRing, since: number): Finding[] {
  const [event] = ring.newestOf(
    (one) =>
      one.type === 'run.skipped' &&
      one.task === task.name &&
      (one as { reason?: string }).reason === 'overlap',
    1,
  )
  if (event === undefined || event.at < since) return []
  const metrics = task.metrics()
  const count = metrics.skipped.overlap
  const { periodMs } = task.info.schedule
  const runs = count === 1 ? '1 run was' : `${count} runs were`
  const longest = longestOf(history, periodMs)
  const lengths =
    longest === undefined || periodMs === undefined
      ? ''
      : ` ${longest}, and one is due every ${formatMs(periodMs)}.`
  return [finding(`${runs} skipped, because the previous run had not ended.${lengths}`, event.at)]
}

function longestOf(history: readonly RunRecord[], periodMs = 0): string | undefined {
  const [longest] = [...history].sort((one, other) => other.durationMs - one.durationMs)
  if (longest === undefined || longest.durationMs < periodMs) return undefined
  const { durationMs, outcome } = longest
  if (outcome === 'succeeded') return `Runs take up to ${formatMs(durationMs)}`
  return `The longest of the last ${history.length} took ${formatMs(durationMs)} and ${endings[outcome]}`
}

const endings = {
  failed: 'failed',
  'timed-out': 'timed out',
  cancelled: 'was cancelled',
  abandoned: 'was abandoned',
} as const

function lately(task: Task, ring: EventRing, since: number): Finding[] {
  const [event] = ring.newestOf(
    (one) =>
      one.type === 'run.started' &&
      one.task === task.name &&
      ((one as { latenessMs?: number }).latenessMs ?? 0) >= minLateMs,
    1,
  )
  if (event === undefined || event.at < since) return []
  const { at, latenessMs = 0, lateCause } = event as unknown as EventOf<'run.started'>
  const text = `A run started ${formatMs(latenessMs)} late`
  if (lateCause?.why === 'previous-run')
    return [finding(`${text}, because the previous run was still active.`, at)]
  if (lateCause?.why !== 'loop-blocked') {
    const cause = causeBetween(ring, task, at - latenessMs, at, at)
    return [finding(`${text}. ${cause?.text ?? ''}`.trim(), at, cause?.task)]
  }
  const { ms, task: culprit } = lateCause
  return [finding(`${text}, because ${culprit} blocked the event loop for ${formatMs(ms)}.`, at, culprit)]
}

function slower(task: Task, history: readonly RunRecord[]): Finding[] {
  const { success } = task.metrics()
  const newest = history.filter(({ outcome }) => outcome === 'succeeded').slice(0, newestRuns)
  const usual = success.quantile(0.5)
  if (usual === undefined || success.count < minRunsForDrift || newest.length < newestRuns) return []
  const [now = 0] = newest
    .map(({ durationMs }) => durationMs)
    .sort((one, other) => one - other)
    .slice(Math.floor(newestRuns / 2))
  if (now < driftFactor * usual || now - usual < minDriftMs) return []
  const text = `Runs have become slower: ${formatMs(now)} in the last ${newestRuns} runs, ${formatMs(usual)} over all ${success.count} (medians).`
  return [finding(text, newest.at(-1)?.startedAt)]
}

function asked(task: Task, ring: EventRing, since: number): Finding[] {
  const [event] = ring.newestOf(
    ({ type, task: name }) => type === 'control.performed' && name === task.name,
    1,
  )
  if (event === undefined || event.at < since) return []
  // The row of a paused task already shows who paused it and why.
  if (task.paused && event['control'] === 'pause') return []
  return [finding(`${event.text}.`, event.at)]
}

function dependencies(supervisor: Supervisor, dependsOn: readonly string[]): Finding[] {
  return dependsOn.flatMap((name) => {
    const health = supervisor.task(name)?.health()
    if (health?.status !== 'unhealthy') return []
    return [finding(`It depends on ${name}, which is unhealthy.`, health.since, name)]
  })
}

function finding(text: string, at?: number, task?: string): Finding {
  return { text, at, task }
}
