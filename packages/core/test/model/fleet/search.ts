import { must } from '../violation.ts'
import { movesOf } from './moves.ts'
import { type FleetWorld, newFleetWorld, type ProcessModel, periodMs, taskOf } from './world.ts'

export interface FleetSearch {
  readonly states: number
  readonly depth: number
  readonly moves: ReadonlySet<string>
  readonly finding: { readonly message: string; readonly path: readonly string[] } | undefined
}

interface Reached {
  readonly world: FleetWorld
  readonly from: Reached | undefined
  readonly move: string
  readonly depth: number
}

export function searchFleet(horizon: number, faults: number): FleetSearch {
  const first: Reached = { world: newFleetWorld(faults), from: undefined, move: 'start', depth: 0 }
  const seen = new Set([keyOf(first.world)])
  const moves = new Set<string>()
  const queue: Reached[] = [first]
  let depth = 0
  for (const reached of queue) {
    depth = reached.depth
    for (const [at, { name }] of movesOf(reached.world, horizon).entries()) {
      const world = structuredClone(reached.world)
      const next: Reached = { world, from: reached, move: name, depth: depth + 1 }
      try {
        movesOf(world, horizon)[at]?.take(world)
        check(world)
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        return { states: seen.size, depth, moves, finding: { message, path: pathTo(next) } }
      }
      moves.add(name.replace(/ \d$/, ''))
      const key = keyOf(world)
      if (seen.has(key)) continue
      seen.add(key)
      queue.push(next)
    }
  }
  return { states: seen.size, depth, moves, finding: undefined }
}

function pathTo(reached: Reached): readonly string[] {
  const path: string[] = []
  for (let at: Reached | undefined = reached; at; at = at.from) path.push(`${at.world.now}: ${at.move}`)
  return path.reverse()
}

/** Two states get the same key if only the order of their processes differs. */
function keyOf(world: FleetWorld): string {
  const { now, lastSlot, entry, faults, ran, reported, processes } = world
  const slots: number[] = []
  for (let slot = 0; slot <= lastSlot; slot += periodMs)
    slots.push((ran.get(slot) ?? 0) > 0 ? 1 : 0, reported.get(slot) ?? 0)
  const shared = [now, lastSlot, faults, entry && [entry.slot, Math.min(3, entry.attempt)], slots]
  const each = processes.map((process, at) => JSON.stringify(stateOf(world, process, at)))
  return JSON.stringify(shared) + each.sort((a, b) => (a < b ? -1 : 1)).join('')
}

function stateOf(world: FleetWorld, process: ProcessModel, at: number): readonly unknown[] {
  if (isGone(process)) return ['gone', world.entry?.holder === at]
  const { kernel, state, alarm, runs, lost, answered } = process
  const task = taskOf(process)
  const ends = (time: number | undefined): number | string => (Number.isFinite(time) ? Number(time) : 'never')
  const live = task.runs?.map((run) => {
    const model = runs.get(run.id)
    const isCurrent = model !== undefined && model.token === world.entry?.token
    const phase = [run.phase, ends(run.phaseEndsAt), run.abortedFor]
    return [run.slot, run.attempt > 1, ...phase, model?.isLive, isCurrent, lost.includes(run.id)]
  })
  const open = task.fleet?.open.map(({ id: _, ...question }) => question)
  const times = [alarm, task.slotDueAt, task.fleet?.askAt, kernel.shutdown?.classDeadline].map(ends)
  const failures = Math.min(5, task.fleet?.failures ?? 0)
  return [
    state,
    kernel.phase,
    task.mode,
    task.slot,
    ends(task.lastSlot),
    times,
    live,
    open,
    failures,
    answered,
  ]
}

function isGone({ state, kernel, runs }: ProcessModel): boolean {
  return state === 'gone' || (kernel.phase === 'stopped' && runs.size === 0)
}

function check(world: FleetWorld): void {
  for (const process of world.processes) if (process.state !== 'gone') checkProcess(process)
  for (let slot = 0; slot <= world.lastSlot; slot += periodMs) checkSlot(world, slot)
}

function checkSlot(world: FleetWorld, slot: number): void {
  const ran = world.ran.get(slot) ?? 0
  const reported = world.reported.get(slot) ?? 0
  must(reported <= 1, 'fleet', `slot ${slot} is reported ${reported} times`)
  must(ran === 0 || reported === 0, 'fleet', `slot ${slot} runs and is reported`)
  const isPending = world.entry?.slot === slot
  const isOwed = world.processes.some((process) => owes(process, slot))
  must(ran > 0 || reported > 0 || isPending || isOwed, 'fleet', `slot ${slot} is lost without a word`)
  const live = world.processes.filter(({ state, runs, lost }) => {
    const isRunning = [...runs].some(([id, run]) => run.slot === slot && run.isLive && !lost.includes(id))
    return state === 'up' && isRunning && world.entry?.slot === slot
  })
  const holders = live.filter((process) => {
    return [...process.runs.values()].some(({ token, isLive }) => isLive && token === world.entry?.token)
  })
  must(holders.length <= 1, 'fleet', `slot ${slot} has two runs that count`)
}

function owes(process: ProcessModel, slot: number): boolean {
  const open = taskOf(process).fleet?.open ?? []
  return open.some((each) =>
    each.asks === 'offer' ? each.slot === slot : each.from <= slot && slot <= each.to,
  )
}

function checkProcess(process: ProcessModel): void {
  const task = taskOf(process)
  const { fleet, slotDueAt, wakeAt } = task
  const askAt = fleet?.askAt ?? Number.POSITIVE_INFINITY
  must(
    process.alarm === Math.min(slotDueAt, wakeAt, askAt),
    'alarms',
    'the timer of the task is not that of its slot',
  )
  const isIdle = fleet?.open.some(({ isAsked }) => !isAsked) ?? false
  const isAsked = fleet?.open.some((question) => question.isAsked) ?? false
  const isOver = process.state !== 'up'
  must(
    !isIdle || isAsked || askAt < Number.POSITIVE_INFINITY || isOver,
    'deadlock',
    'a question is never asked',
  )
  for (const run of task.runs ?? [])
    must(process.runs.get(run.id)?.alarm === run.phaseEndsAt, 'alarms', `the timer of run ${run.id} is wrong`)
}
