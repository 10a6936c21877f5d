import type { FleetTask } from '../fleet/fleet.ts'
import { fingerprintOf } from '../task/resolve-fleet.ts'
import type { TaskRecord } from './task-record.ts'

/** @param startedAt - wall time at which the supervisor was started */
export function definitionOf(
  { info, schedule, state: { config } }: TaskRecord,
  instanceId: string,
  version: string | undefined,
  startedAt: number,
): FleetTask & { readonly instanceId: string } {
  const { overlap, limit, catchUpMs } = config
  return {
    instanceId,
    task: info.name,
    version,
    startedAt,
    schedule: info.schedule.text,
    fingerprint: fingerprintOf(schedule, config),
    overlap,
    limit,
    catchUpMs,
  }
}
