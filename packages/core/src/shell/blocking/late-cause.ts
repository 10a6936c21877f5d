import type { LateCause } from '../../base/words.ts'
import type { LiveRun } from '../live-run.ts'
import type { TaskRecord } from '../task-record.ts'
import type { BlockAttribution } from './attribution.ts'

/** A smaller delay needs no cause, because every timer can be this late. */
const minLateMs = 50

export function lateCauseOf(
  { record, latenessMs = 0, startedAt }: LiveRun,
  mono: number,
  attribution: BlockAttribution,
): LateCause | undefined {
  if (latenessMs < minLateMs) return undefined
  const block = attribution.longestBlock(mono - latenessMs)
  if (block !== undefined && block.ms >= latenessMs / 2) {
    return { why: 'loop-blocked', task: block.record.info.name, ms: block.ms }
  }
  const { lastEndedAt = 0 } = record.metrics
  return mayWait(record) && lastEndedAt > startedAt - latenessMs ? { why: 'previous-run' } : undefined
}

function mayWait({ state, info }: TaskRecord): boolean {
  const { overlap, misfire } = state.config
  return overlap !== 'skip' || typeof misfire === 'object' || !info.schedule.recurring
}
