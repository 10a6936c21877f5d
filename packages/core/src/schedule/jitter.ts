import type { Schedule } from './schedule.ts'

const scratch = new DataView(new ArrayBuffer(8))

function mixWord(hash: number, word: number): number {
  let k = Math.imul(word, 0x9e37_79b1)
  k = (k << 15) | (k >>> 17)
  const h = hash ^ Math.imul(k, 0x85eb_ca77)
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0x52dc_e729) | 0
}

function mixNumber(hash: number, value: number): number {
  scratch.setFloat64(0, value + 0) // + 0 turns -0 into 0
  return mixWord(mixWord(hash, scratch.getInt32(0)), scratch.getInt32(4))
}

/** Without the length, `'ab', 'c'` and `'a', 'bc'` would give the same hash. */
function mixText(hash: number, text: string): number {
  let h = mixWord(hash, text.length + 0x1_0000)
  for (let i = 0; i < text.length; i += 1) h = mixWord(h, text.charCodeAt(i))
  return h
}

/**
 * Returns a number in [0, 1) that looks random and is always the same for the same arguments.
 * @internal
 */
export function hashToUnit(seed: number, ...parts: readonly (string | number)[]): number {
  let h = mixNumber(0x2545_f491, seed)
  for (const part of parts) h = typeof part === 'string' ? mixText(h, part) : mixNumber(h, part)
  h = Math.imul(h ^ (h >>> 16), 0x7feb_352d)
  h = Math.imul(h ^ (h >>> 15), 0x846c_a68b)
  return ((h ^ (h >>> 16)) >>> 0) / 0x1_0000_0000
}

/**
 * A spread uses at most this part of the period without the jitter, so that a late timer still fires before the next
 * slot.
 */
const room = 0.9

/**
 * Returns the spread of a task, in whole milliseconds: a delay that all its runs have after their slots, or with
 * `delay` only the first run.
 * @internal
 */
export function spreadOf(schedule: Schedule, task: string, seed: number): number {
  if (schedule.policy.spreadMs === 0) return 0
  return Math.floor(hashToUnit(seed, task, 'spread') * longestSpread(schedule))
}

export function longestSpread({ info, policy: { jitterMs, spreadMs } }: Schedule): number {
  if (spreadMs === 0) return 0
  return Math.min(spreadMs, ((info.periodMs ?? spreadMs) - jitterMs) * room)
}

/**
 * Returns when the run of a slot is due, on the clock of the slot.
 * @internal
 */
export function dueOf(
  schedule: Schedule,
  task: string,
  slot: number,
  seed: number,
  anchor: number,
  spreadMs: number,
): number {
  if (schedule.policy.jitterMs === 0) return slot + spreadMs
  const jitterMs = Math.floor(hashToUnit(seed, task, 'jitter', slot) * jitterRoom(schedule, slot, anchor))
  return slot + spreadMs + jitterMs
}

/** Returns the longest jitter that this slot may have: `jitterMs`, but at most the time until the next slot. */
function jitterRoom(schedule: Schedule, slot: number, anchor: number): number {
  const { jitterMs } = schedule.policy
  const next = schedule.slots?.next(slot, anchor)
  return next === undefined ? jitterMs : Math.min(jitterMs, next - slot)
}
