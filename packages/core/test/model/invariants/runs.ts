import type { Outcome } from '../../../src/base/words.ts'
import { isHostUp } from '../../../src/kernel/host.ts'
import type { KernelTask, RunState } from '../../../src/kernel/state.ts'
import type { Occurrence } from '../occurrence.ts'
import { slotsOf } from '../occurrence.ts'
import { must } from '../violation.ts'
import type { ModelTask } from '../world.ts'
import { indexOf } from '../world.ts'

export function checkCall(occurrence: Occurrence, task: KernelTask, run: RunState): void {
  const { world } = occurrence
  const isQuiet = world.stop?.isQuiet ?? false
  must(!isQuiet || isHostUp(task), '4 quiet', `${task.name} is called after quiet`)
  const known = world.runs.get(run.id)
  if (run.attempt > 1) {
    must(
      known !== undefined && !known.isLive && !known.hasOutcome,
      '2 one outcome',
      'a retry starts while its attempt is active',
    )
    return
  }
  must(known === undefined, '2 one outcome', `run ${run.id} starts twice`)
  must(!task.paused || task.host !== undefined, 'pause', `${task.name} starts while paused`)
  must(!task.removed, 'lifecycle', `${task.name} starts while it is being unregistered`)
  checkOverlap(occurrence, task)
  const model = world.tasks[indexOf(world, task.name)]
  if (!model) return
  checkSlot(occurrence, task, run, model)
  if (task.config.planning === 'loop') checkGeneration(occurrence, task, run, model)
}

function checkOverlap({ world }: Occurrence, task: KernelTask): void {
  const index = indexOf(world, task.name)
  let live = 0
  let abandoned = 0
  for (const run of world.runs.values()) {
    if (run.task !== index) continue
    if (run.hasOutcome) abandoned += 1
    else live += 1
  }
  must(live < task.config.limit, '1 overlap', `${task.name} starts beside ${live} live runs`)
  must(
    abandoned <= task.config.allowAbandoned,
    '1 overlap',
    `${task.name} starts beside ${abandoned} abandoned runs`,
  )
}

function checkSlot({ world, event }: Occurrence, task: KernelTask, run: RunState, model: ModelTask): void {
  if (run.slot === undefined) return
  // A host may run an older slot after a newer slot.
  must(
    run.slot > model.lastRunSlot || task.host !== undefined,
    '10 slots',
    `${task.name} runs slot ${run.slot} after ${model.lastRunSlot}`,
  )
  must(run.slot <= world.now, '10 slots', `${task.name} runs slot ${run.slot} before it is due`)
  const slots = slotsOf(event)
  const isStandby = slots?.standby === true && run.slot >= slots.oldest
  must(!isStandby, 'standby', `${task.name} runs on standby`)
  model.lastRunSlot = run.slot
}

function checkGeneration(
  { world, event }: Occurrence,
  task: KernelTask,
  run: RunState,
  model: ModelTask,
): void {
  for (const other of task.runs ?? []) {
    if (other === run || world.runs.get(other.id)?.isFormer) continue
    must(
      other.generation < run.generation,
      '11 generations',
      `${task.name} has generation ${run.generation} twice`,
    )
    must(other.phase === 'abandoned', '11 generations', `${task.name} starts while its predecessor is active`)
  }
  const isByItself = run.trigger === 'restart' && event.type === 'due'
  if (!isByItself) return
  must(world.now >= model.backoffUntil, '12 delays', `${task.name} restarts before its backoff is over`)
  const { restarts: most, withinMs } = task.config.restart.budget
  model.restarts = model.restarts.filter((at) => world.now - at <= withinMs)
  model.restarts.push(world.now)
  must(
    model.restarts.length <= most,
    '3 budget',
    () => `${task.name} has ${model.restarts.length} restarts within ${withinMs} ms, of ${most}`,
  )
}

export function checkEnded({ world }: Occurrence, run: RunState, outcome: Outcome): void {
  const known = world.runs.get(run.id)
  must(known !== undefined && !known.hasOutcome, '2 one outcome', `run ${run.id} gets a second outcome`)
  if (outcome === 'abandoned') must(known.isLive, '2 one outcome', `run ${run.id} has ended and is abandoned`)
  else must(!known.isLive, '2 one outcome', `run ${run.id} gets ${outcome} before its function has ended`)
}

export function checkSettledLate({ world }: Occurrence, run: RunState): void {
  const known = world.runs.get(run.id)
  const isLate = known?.hasOutcome === true && !known.isLive
  must(isLate, '2 one outcome', `run ${run.id} settles late but was not abandoned`)
}
