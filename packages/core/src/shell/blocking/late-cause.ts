import type { LateCause } from '../../base/words.ts'
import type { LiveRun } from '../live-run.ts'
import type { BlockAttribution } from './attribution.ts'

/** Less is nobody's concern: any timer may be so late. */
const leastLateMs = 50

/**
 * Why a run that begins now is late, as far as it is known: another task held the event loop for most of that time, as
 * measured, or the run before it ended only after it was due.
 */
export function lateCauseOf(
  { record, latenessMs = 0, startedAt }: LiveRun,
  mono: number,
  attribution: BlockAttribution,
): LateCause | undefined {
  if (latenessMs < leastLateMs) return undefined
  const hold = attribution.longestBlock(mono - latenessMs)
  if (hold !== undefined && hold.ms >= latenessMs / 2) {
    return { why: 'loop-held', task: hold.record.info.name, ms: hold.ms }
  }
  // Where a slot is skipped while a run lives, none waits for its end.
  const { lastEndedAt = 0 } = record.metrics
  if (record.state.config.overlap === 'skip' || lastEndedAt <= startedAt - latenessMs) return undefined
  return { why: 'previous-run' }
}
