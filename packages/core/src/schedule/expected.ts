import { InvalidOptionError } from '../base/errors.ts'
import type { ScheduleInfo } from '../base/schedule-info.ts'
import { CronSlots } from './cron-slots.ts'
import { withoutDefaultAnchor } from './every.ts'
import type { Schedule } from './schedule.ts'
import { slotPolicy } from './slot-policy.ts'

/** Bounds the list of slots that become due at once. Older slots are missed. */
const mostAtOnce = 63

/**
 * Returns a schedule for a task that a host runs. The schedule has the slots of `expects`, but no jitter and no
 * spread.
 *
 * @throws {@link InvalidOptionError} for a schedule other than `every`, `cron`, `once` and `loop`.
 */
export function expected(option: string, expects: Schedule): Schedule {
  // A host usually counts a period from its own start. With slots at fixed times, a job that works would be reported
  // as missing.
  const { slots, policy, info: given } = withoutDefaultAnchor(expects)
  const info: ScheduleInfo = Object.freeze({ ...given, startedBy: 'call' })
  if (info.restarts) return Object.freeze({ info, slots, policy: slotPolicy({ planning: 'connection' }) })
  if (slots === undefined || policy.delayMs !== undefined)
    throw new InvalidOptionError(
      option,
      'every(…), cron(…), schedules.once(…) or loop(); leave it out if nobody knows when the next run comes',
      info.text,
    )
  return Object.freeze({
    info,
    // A `dst` other than the default says what the host does when the clocks change.
    slots: slots instanceof CronSlots && policy.dst === 'debian' ? slots.ofHost() : slots,
    policy: slotPolicy({ planning: 'awaited', first: 'after-period', misfire: { all: mostAtOnce } }),
  })
}

/** True if slots count from the newest run, because the host may start its timer later than the task. */
export function followsRuns({ info, slots, policy }: Schedule): boolean {
  return policy.planning === 'awaited' && info.recurring && slots?.timeline === 'mono'
}
