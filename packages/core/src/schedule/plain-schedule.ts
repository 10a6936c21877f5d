import { cron } from './cron.ts'
import { every } from './every.ts'
import { manual } from './manual.ts'
import type { Misfire, Schedule } from './schedule.ts'

/** A schedule as plain data that can be sent to another process. */
export type PlainSchedule = Readonly<Record<string, unknown>>

/** @param schedule - `cron`, `manual`, or `every` with anchor `'epoch'` */
export function toPlain({ info, policy, slots }: Schedule): PlainSchedule {
  const { kind, periodMs, text, timeZone } = info
  const { misfire, catchUpMs, catchUpGiven, jitterMs, dst } = policy
  const common = {
    misfire,
    jitter: jitterMs,
    catchUp: catchUpGiven && Number.isFinite(catchUpMs) ? catchUpMs : undefined,
  }
  if (kind === 'every') return { kind, period: periodMs, phase: slots?.first(0, 0), ...common }
  if (kind === 'cron')
    return { kind, expression: text.slice('cron '.length, text.lastIndexOf(' (')), timeZone, dst, ...common }
  return { kind: 'manual' }
}

/**
 * Returns `manual()` if the field `kind` has an unknown value.
 *
 * @throws {@link InvalidOptionError} for an invalid field
 */
export function fromPlain(plain: PlainSchedule): Schedule {
  const { kind, period, phase, expression, timeZone, dst } = plain
  const common = {
    misfire: plain['misfire'] as Misfire,
    jitter: plain['jitter'] as number,
    catchUp: plain['catchUp'] as number | undefined,
  }
  if (kind === 'every') return every(period as number, { anchor: 'epoch', phase: phase as number, ...common })
  if (kind === 'cron')
    return cron(expression as string, { timeZone: timeZone as string, dst: dst as never, ...common })
  return manual()
}
