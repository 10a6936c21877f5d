import type { LateCause } from '../../base/words.ts'
import type { LiveRun } from '../live-run.ts'
import type { TaskRecord } from '../task-record.ts'
import type { BlockAttribution } from './attribution.ts'

/** For a shorter delay no cause is reported, because any timer may be this late. */
const minLateMs = 50

/**
 * Why a run that starts now is late. Either a task blocked the event loop for at least half of the lateness, or the
 * previous run ended after the new run was due. `undefined` if neither is known.
 */
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

/** Whether a slot of the task may wait for the end of a run. With overlap `'skip'`, most slots are skipped instead. */
function mayWait({ state, info }: TaskRecord): boolean {
  const { overlap, misfire } = state.config
  return overlap !== 'skip' || typeof misfire === 'object' || !info.schedule.recurring
}
