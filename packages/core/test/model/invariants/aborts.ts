import type { KernelTask, RunState } from '../../../src/kernel/state.ts'
import { findRun } from '../../../src/kernel/state.ts'
import type { Occurrence } from '../occurrence.ts'
import { must } from '../violation.ts'
import type { World } from '../world.ts'
import { indexOf } from '../world.ts'

export function checkAbort(occurrence: Occurrence, task: KernelTask, run: RunState): void {
  const { world, event } = occurrence
  const known = world.runs.get(run.id)
  must(known !== undefined && !known.hasOutcome, '2 one outcome', `run ${run.id} is aborted after its end`)
  if (run.abortedFor === 'restart' && event.type === 'judged') {
    const makesProgress = event.rules.some(({ target }) => target?.progress)
    must(!makesProgress, 'progress', `${task.name} is aborted while it makes progress`)
  }
  if (run.abortedFor !== 'shutdown' || !known.isLive) return
  must(world.stop?.isQuiet === true, '6 class order', `${task.name} is aborted before quiet`)
  checkClass(world, task)
  const isOut = world.now >= (world.kernel.shutdown?.classDeadline ?? 0)
  if (isOut) return
  checkDependants(world, task)
  if (run.askedStop) checkLast(world, task)
}

export function checkGrace({ event, effects }: Occurrence, run: RunState, before: number, at: number): void {
  if (run.phase !== 'aborting' || run.abortedFor !== 'shutdown' || event.type === 'hurry') return
  const isFirst = effects.some((effect) => effect.do === 'abort' && effect.run === run)
  if (isFirst || before === Number.POSITIVE_INFINITY) return
  must(at >= before, 'grace', `run ${run.id} was given time until ${before}, and then until ${at}`)
}

function checkClass(world: World, task: KernelTask): void {
  const classes = classesOf(world)
  const own = classes[indexOf(world, task.name)] ?? 0
  for (const run of world.runs.values()) {
    const isLower = (classes[run.task] ?? 0) < own && !run.hasOutcome
    must(!isLower, '6 class order', `${task.name} is aborted while a run of a lower class is active`)
  }
}

function checkDependants(world: World, task: KernelTask): void {
  const isNeeded = isNeededByActive(world, task.name)
  must(!isNeeded, '6 class order', `${task.name} is aborted before its dependants have ended`)
}

function isNeededByActive(world: World, name: string): boolean {
  const { tasks } = world.configuration
  const needs = (task: string): boolean => {
    const known = world.kernel.tasks.get(task)
    return known?.config.dependsOn.some((next) => next === name || needs(next)) ?? false
  }
  return [...world.runs.values()].some((run) => !run.hasOutcome && needs(tasks[run.task]?.name ?? ''))
}

function checkLast(world: World, task: KernelTask): void {
  const classes = classesOf(world)
  const own = classes[indexOf(world, task.name)] ?? 0
  for (const [id, run] of world.runs) {
    if (run.hasOutcome || classes[run.task] !== own) continue
    const name = world.configuration.tasks[run.task]?.name ?? ''
    const record = world.kernel.tasks.get(name)
    const hasRequested = (record && findRun(record, id)?.askedStop) ?? false
    must(
      hasRequested || isNeededByActive(world, name),
      '6 class order',
      `${task.name} requested the stop and is not aborted last`,
    )
  }
}

function classesOf(world: World): readonly number[] {
  const classes = world.kernel.shutdown?.classes ?? []
  return world.configuration.tasks.map(({ name }) => classes.findIndex((names) => names.includes(name)))
}
