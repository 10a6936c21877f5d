import type { Effect } from '../../../src/kernel/effect.ts'
import type { Occurrence } from '../occurrence.ts'
import { slotsOf, waitingCount } from '../occurrence.ts'
import { must } from '../violation.ts'
import type { World } from '../world.ts'
import { indexOf, recordOf } from '../world.ts'

export function checkSlots(occurrence: Occurrence): void {
  const { world, event, waitingBefore } = occurrence
  for (const [index, spec] of world.configuration.tasks.entries()) {
    const due =
      event.type === 'quiet' || ('task' in event && event.task === spec.name) ? dueBy(occurrence, index) : 0
    const isAnew = event.type === 'slot-planned' && occurrence.heldBefore[index] && !isHeld(world, index)
    const before = (waitingBefore[index] ?? 0) - (isAnew ? 1 : 0)
    const after = waitingCount(world, index)
    let decided = 0
    for (const effect of occurrence.effects) decided += decidedBy(occurrence, effect, index)
    if (due + before === 0 && decided + after === 0) continue
    must(
      due + before === decided + after,
      '10 slots',
      () => `${spec.name}: ${due} due and ${before} waiting became ${decided} decided and ${after} waiting`,
    )
  }
  if (occurrence.effects.length > 0) checkMissed(occurrence)
}

function followsRuns(world: World, index: number): boolean {
  return recordOf(world, index)?.config.host?.followsRuns === true
}

function isHeld(world: World, index: number): boolean {
  return recordOf(world, index)?.held ?? false
}

function dueBy(
  { world, event, phaseBefore, pendingBefore, heldBefore, overdueBefore }: Occurrence,
  index: number,
): number {
  const isTakenAway = event.type === 'unregister' || (event.type === 'quiet' && phaseBefore === 'draining')
  const isFollowed = event.type === 'trigger' && followsRuns(world, index) && !recordOf(world, index)?.paused
  if (isTakenAway || isFollowed) return overdueBefore[index] ? 1 : 0
  if (heldBefore[index]) return 0
  const slots = slotsOf(event)
  const pending = pendingBefore[index]
  const isCurrent = slots !== undefined && slots.oldest === pending
  if (event.type !== 'reschedule') return isCurrent ? slots.count : 0
  if (!isCurrent && overdueBefore[index]) return 1
  const hasPassed = event.passed !== undefined && event.passed === (isCurrent ? slots.next : pending)
  return (isCurrent ? slots.count : 0) + (hasPassed ? 1 : 0)
}

function decidedBy({ world }: Occurrence, effect: Effect, index: number): number {
  if (effect.do !== 'call' && effect.do !== 'skip' && effect.do !== 'miss') return 0
  if (indexOf(world, effect.task.name) !== index) return 0
  if (effect.do === 'miss') return effect.count
  if (effect.do === 'skip') return effect.slot === undefined ? 0 : effect.count
  return effect.run.slot !== undefined && effect.run.attempt === 1 ? 1 : 0
}

function checkMissed(occurrence: Occurrence): void {
  const { world, event, effects } = occurrence
  const due = slotsOf(event)
  if (!due || event.type !== 'due') return
  if (dueBy(occurrence, indexOf(world, event.task)) === 0) return
  if (world.kernel.tasks.get(event.task)?.host) return
  for (const effect of effects) {
    if (effect.do !== 'miss') continue
    const periodMs = (due.newest - due.oldest) / Math.max(1, due.count - 1)
    const spanned = periodMs === 0 ? 1 : (effect.to - effect.from) / periodMs + 1
    must(effect.from === due.oldest, '10 slots', 'the oldest slot is not missed, but younger slots are')
    must(spanned === effect.count, '10 slots', `${effect.count} slots are missed, over a span of ${spanned}`)
  }
  const record = world.kernel.tasks.get(event.task)
  const isPlanned = record?.config.planning === 'slots' && record.slotDueAt < Number.POSITIVE_INFINITY
  if (isPlanned) must(record.slot === due.next, '10 slots', `${record.name} omits a slot`)
}
