import type { Schedule } from './schedule.ts'

/** The words of a number are read through this; each call overwrites it before it reads. */
const scratch = new DataView(new ArrayBuffer(8))

/** One word more into the hash: the word is spread over all bits first, so that near numbers do not give near hashes. */
function mixWord(hash: number, word: number): number {
  let k = Math.imul(word, 0x9e37_79b1)
  k = (k << 15) | (k >>> 17)
  const h = hash ^ Math.imul(k, 0x85eb_ca77)
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0x52dc_e729) | 0
}

function mixNumber(hash: number, value: number): number {
  scratch.setFloat64(0, value + 0) // + 0 makes -0 and 0 one
  return mixWord(mixWord(hash, scratch.getInt32(0)), scratch.getInt32(4))
}

/** The length goes in too, so that `'ab', 'c'` and `'a', 'bc'` differ. */
function mixText(hash: number, text: string): number {
  let h = mixWord(hash, text.length + 0x1_0000)
  for (let i = 0; i < text.length; i += 1) h = mixWord(h, text.charCodeAt(i))
  return h
}

/**
 * A share in [0, 1) that looks random and is always the same for the same arguments.
 * @internal
 */
export function hashToUnit(seed: number, ...parts: readonly (string | number)[]): number {
  let h = mixNumber(0x2545_f491, seed)
  for (const part of parts) h = typeof part === 'string' ? mixText(h, part) : mixNumber(h, part)
  h = Math.imul(h ^ (h >>> 16), 0x7feb_352d)
  h = Math.imul(h ^ (h >>> 15), 0x846c_a68b)
  return ((h ^ (h >>> 16)) >>> 0) / 0x1_0000_0000
}

/** Of a period, what stays free after jitter and spread: a timer that is a little late must not meet the next slot as well. */
const room = 0.9

/**
 * How long after its slots the runs of a task are due, jitter aside: the same for all its slots, so that tasks started
 * together neither start together nor meet later. Whole milliseconds.
 * @internal
 */
export function spreadOf(schedule: Schedule, task: string, seed: number): number {
  const { jitterMs, spreadMs } = schedule.policy
  if (spreadMs === 0) return 0
  const periodMs = schedule.info.periodMs ?? spreadMs
  return Math.floor(hashToUnit(seed, task, 'spread') * Math.min(spreadMs, (periodMs - jitterMs) * room))
}

/**
 * When the run of a slot is due: the slot, plus the task's spread, plus a share of the jitter; in whole milliseconds
 * after the slot, and always before the next slot. On the slot's own time line.
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

/** Where slots have no one distance, as those of a cron expression, the jitter is cut where the next one is near. */
function jitterRoom(schedule: Schedule, slot: number, anchor: number): number {
  const { jitterMs } = schedule.policy
  const next = schedule.slots?.next(slot, anchor)
  return next === undefined ? jitterMs : Math.min(jitterMs, next - slot)
}
