import type { EventOf, Supervisor, Task } from '@runwell/core'
import { missText } from '@runwell/core/adapter'
import type { Band, Lane, LaneMark, LaneRun, Timeline } from '../api/timeline.ts'
import type { StreamedEvent } from '../api/types.ts'
import type { EventRing } from '../feed/event-ring.ts'
import { rounded } from '../feed/rounded.ts'

const maxRunsPerTask = 1_000
const maxMarks = 5_000

const bandTypes = new Set(['loop.blocked', 'clock.jumped'])
const markTypes = new Set(['run.skipped', 'run.missed'])

export function timeline(supervisor: Supervisor, ring: EventRing, wantedFrom: number): Timeline {
  // The process has no data from before its start.
  const from = Math.max(wantedFrom, supervisor.startedAt ?? wantedFrom)
  const marks = marksSince(supervisor, ring, from)
  const lanes = [...supervisor.tasks()].map(
    (task): Lane => ({
      task: task.name,
      runs: runsOf(task, from),
      isWhole: isWhole(task),
      marks: marks.get(task.name) ?? [],
    }),
  )
  const bands = ring
    .newestOf(({ type }) => bandTypes.has(type), 500)
    .map(bandOf)
    .filter(({ to }) => to >= from)
  return { from, to: supervisor.now(), lanes, bands }
}

function isWhole(task: Task): boolean {
  const own = task.history(maxRunsPerTask).filter(({ instanceId }) => instanceId === undefined)
  return own.length + task.active().length >= task.metrics().started
}

function runsOf(task: Task, from: number): readonly LaneRun[] {
  const ended = task
    .history(maxRunsPerTask)
    .filter(({ startedAt, durationMs }) => startedAt + durationMs >= from)
    .map(({ runId, startedAt, durationMs, outcome, latenessMs, attempt, instanceId }) => ({
      runId,
      startedAt,
      durationMs: rounded(durationMs),
      outcome,
      latenessMs: rounded(latenessMs),
      attempt,
      instanceId,
    }))
  const live = task.active().map(({ runId, startedAt, ageMs, attempt, abandoned }) => ({
    runId,
    startedAt,
    durationMs: rounded(ageMs),
    outcome: abandoned ? ('abandoned' as const) : undefined,
    latenessMs: undefined,
    attempt,
    instanceId: undefined,
  }))
  return [...ended.filter(({ runId }) => live.every((run) => run.runId !== runId)), ...live]
}

function marksSince(
  supervisor: Supervisor,
  ring: EventRing,
  from: number,
): ReadonlyMap<string, readonly LaneMark[]> {
  const marks = new Map<string, LaneMark[]>()
  for (const event of ring.newestOf(({ type }) => markTypes.has(type), maxMarks)) {
    const task = event.task === undefined ? undefined : supervisor.task(event.task)
    if (event.at < from || task === undefined) continue
    const ofTask = marks.get(task.name) ?? []
    ofTask.push(markOf(event, task))
    marks.set(task.name, ofTask)
  }
  return marks
}

function markOf(event: StreamedEvent, { info }: Task): LaneMark {
  if (event.type === 'run.missed') {
    const { to, count, cause } = event as unknown as Omit<EventOf<'run.missed'>, 'info'>
    return { at: to, what: 'missed', reason: missText({ cause, count, info }), count }
  }
  const { scheduledAt, at, reason, count } = event as unknown as EventOf<'run.skipped'>
  return { at: scheduledAt ?? at, what: 'skipped', reason, count }
}

function bandOf(event: StreamedEvent): Band {
  if (event.type === 'loop.blocked') {
    const { at, ms } = event as unknown as EventOf<'loop.blocked'>
    return { from: at - ms, to: at, what: 'blocked', text: event.text }
  }
  const { at, deltaMs, treatedAs } = event as unknown as EventOf<'clock.jumped'>
  const what = treatedAs === 'gap' ? 'asleep' : 'clock set'
  return { from: deltaMs > 0 ? at - deltaMs : at, to: at, what, text: event.text }
}
