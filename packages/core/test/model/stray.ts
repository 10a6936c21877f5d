import type { KernelEvent } from '../../src/kernel/event.ts'
import type { KernelTask, RunState } from '../../src/kernel/state.ts'
import { newTask } from '../../src/kernel/state.ts'
import { encode } from './encode.ts'
import type { Watch } from './take-step.ts'
import { takeStep } from './take-step.ts'
import { must } from './violation.ts'
import type { World } from './world.ts'
import { nameOf, recordOf } from './world.ts'

const unknownRun = 9_999

export function sendStrays(world: World, index: number, watch: Watch): void {
  const before = encode(world)
  for (const event of [...straysOf(world), ...straysFor(world, index)]) {
    takeStep(world, event, watch)
    must(encode(world) === before, 'strays', `${event.type} does not fit but changes something`)
  }
}

function* straysOf(world: World): Generator<KernelEvent> {
  const { phase } = world.kernel
  if (phase !== 'new') yield { type: 'start' }
  if (phase !== 'draining') yield { type: 'quiet' }
  if (world.stopAlarm > world.now) yield { type: 'stop-due' }
  if (world.stop === undefined) return
  yield { type: 'stop', deadline: 0, classGraceMs: 0, reserveMs: 0, flushMs: 0, drain: false }
  if (world.stop.isEnded) yield { type: 'hurry', deadline: world.now }
}

function* straysFor(world: World, index: number): Generator<KernelEvent> {
  const task = nameOf(world, index)
  const record = recordOf(world, index)
  for (const type of ['abort', 'stop-asked'] as const) yield { type, task, run: unknownRun }
  yield { type: 'due', task, run: unknownRun, slots: undefined }
  yield { type: 'settled', task, run: unknownRun, ok: true, predicateSaid: undefined }
  yield { type: 'ready', task, run: unknownRun, how: 'ready' }
  yield {
    type: 'controlled',
    task,
    control: 'trigger',
    result: 'external',
    asked: { by: 'a', reason: undefined },
  }
  yield { type: 'extend', task, run: unknownRun, ms: 1 }
  if ((world.tasks[index]?.alarm ?? 0) > world.now) yield { type: 'due', task, run: 0, slots: undefined }
  if (!record?.paused) yield { type: 'resume', task }
  if (record) yield* straysForRecord(world, index, record)
  else yield* straysForUnregistered(world, index)
}

function* straysForRecord(world: World, index: number, record: KernelTask): Generator<KernelEvent> {
  const { name: task, config } = record
  if (!record.removed) yield { type: 'register', task, record: newTask(task, config) }
  else yield { type: 'unregister', task }
  if (record.paused) yield { type: 'pause', task, reason: undefined, until: record.pausedUntil }
  const hasSlots =
    config.planning !== 'loop' && (record.mode === 'armed' || world.tasks[index]?.plansOwed !== 0)
  if (!hasSlots)
    yield {
      type: 'slot-planned',
      task,
      slot: undefined,
      dueAt: Number.POSITIVE_INFINITY,
      lastSlot: undefined,
    }
  for (const run of record.runs ?? []) yield* straysForRun(world, task, run)
}

function* straysForRun(world: World, task: string, run: RunState): Generator<KernelEvent> {
  const model = world.runs.get(run.id)
  if (!model) return
  if (model.alarm > world.now) yield { type: 'due', task, run: run.id, slots: undefined }
  if (!model.isLive) yield { type: 'settled', task, run: run.id, ok: true, predicateSaid: undefined }
}

function* straysForUnregistered(world: World, index: number): Generator<KernelEvent> {
  const spec = world.configuration.tasks[index]
  if (!spec) return
  const { name: task, config } = spec
  yield { type: 'unregister', task }
  yield { type: 'pause', task, reason: undefined }
  yield { type: 'reschedule', task, config, slots: undefined, passed: undefined, lastSlot: undefined }
  yield { type: 'slot-planned', task, slot: world.now, dueAt: world.now, lastSlot: undefined }
  yield {
    type: 'judged',
    task,
    rules: [],
    since: 0,
    hasSucceeded: true,
    isFailing: false,
    runEnded: true,
  }
}
