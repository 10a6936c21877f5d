import type { Now } from '../base/now.ts'
import { calledRunsOf } from './live-run.ts'
import type { TaskRecord } from './task-record.ts'

/**
 * Health rules must not count the time of a pause or a standby. Subtracts this time from the ages of the task and its
 * runs. Some times are not changed, for example those of `hostDown` and `fleetDown`.
 * @param since - awake time at which the pause or the standby began
 */
export function endHeldTime(record: TaskRecord, since: number, now: Now): void {
  const { extras } = record
  const heldAfter = (mark: number): number => now.awake - Math.max(since, mark)
  extras.activeBeforeMs += Math.max(0, since - record.start.awake)
  record.start = { ...record.start, awake: now.awake }
  if (record.unmetSlots > 0) record.unmetSince += heldAfter(record.unmetSince)
  if (record.lastSuccessAwake !== undefined) extras.heldSinceSuccessMs += heldAfter(record.lastSuccessAwake)
  if (extras.lastRestartAwake !== undefined) extras.lastRestartAwake += heldAfter(extras.lastRestartAwake)
  if (extras.stuckSinceAwake !== undefined) extras.stuckSinceAwake += heldAfter(extras.stuckSinceAwake)
  const { heldBack } = extras
  if (heldBack !== undefined && heldBack.dueAwake < now.awake)
    extras.heldBack = { ...heldBack, dueAwake: heldBack.dueAwake + heldAfter(heldBack.dueAwake) }
  for (const run of calledRunsOf(record)) {
    run.heldMs += heldAfter(run.startedAwake)
    run.heldSinceBeatMs += heldAfter(run.beatAwake)
  }
}
