import { expect } from 'vitest'
import type { FleetScene } from '../bench.ts'

export function reportedSlots(scene: FleetScene, periodMs: number): number[] {
  const reports = [
    ...scene.events('run.missed'),
    ...scene.events('run.skipped').map(({ count, scheduledAt = 0 }) => ({ count, to: scheduledAt })),
  ]
  const slots = reports.flatMap(({ count, to }) => Array.from({ length: count }, (_, n) => to - n * periodMs))
  return slots.sort((a, b) => a - b)
}

export function decidedSlots(scene: FleetScene, periodMs: number): ReadonlySet<number> {
  return new Set([...scene.slots, ...reportedSlots(scene, periodMs)])
}

export function slotsBetween(from: number, to: number, periodMs: number): number[] {
  const first = Math.floor(from / periodMs) + 1
  const count = Math.floor(to / periodMs) - first + 1
  return Array.from({ length: Math.max(0, count) }, (_, n) => (first + n) * periodMs)
}

export async function expectEachOnce(
  scene: FleetScene,
  periodMs = 1_000,
  inVirtualTime: 'all ran' | 'some are reported' = 'all ran',
): Promise<void> {
  const [first = 0] = scene.slots
  const last = Math.max(...scene.slots)
  const open = (): number[] => {
    const decided = decidedSlots(scene, periodMs)
    return slotsBetween(first, last, periodMs).filter((slot) => !decided.has(slot))
  }
  await scene.until(() => open().length === 0)
  const attempts = scene.runs.map(({ slot, attempt }) => `${slot} attempt ${attempt}`)
  const ran = [...new Set(scene.slots)]
  const reported = reportedSlots(scene, periodMs).filter((slot) => slot >= first && slot <= last)
  expect(attempts.length).toBe(new Set(attempts).size)
  expect(new Set([...ran, ...reported]).size).toBe(ran.length + reported.length)
  if (scene.bench.clock && inVirtualTime === 'all ran') expect(reported).toEqual([])
}
