import { InvalidOptionError } from '../base/errors.ts'
import type { ScheduleInfo } from '../base/schedule-info.ts'
import type { Schedule } from './schedule.ts'
import { slotPolicy } from './slot-policy.ts'

/** If more slots are due at once, the oldest are missed. */
const mostAtOnce = 63

/**
 * Returns the schedule of a task that a host runs as `expects` says, without jitter and spread.
 *
 * @throws {@link InvalidOptionError} for a schedule other than `every`, `cron`, `once` and `loop`.
 */
export function expected(option: string, expects: Schedule): Schedule {
  const { slots, policy } = expects
  const info: ScheduleInfo = Object.freeze({ ...expects.info, startedBy: 'call' })
  if (info.restarts) {
    const { gatesReady } = policy
    return Object.freeze({
      info,
      slots,
      policy: slotPolicy({ planning: 'connection', gatesReady }),
    })
  }
  if (slots === undefined || policy.delayMs !== undefined)
    throw new InvalidOptionError(
      option,
      'every(…), cron(…), schedules.once(…) or loop(); leave it out if nobody knows when the next run comes',
      info.text,
    )
  return Object.freeze({
    info,
    slots,
    policy: slotPolicy({ planning: 'awaited', first: 'after-period', misfire: { all: mostAtOnce } }),
  })
}

/** True if slots count from the newest run, because the host's timer did not start with the task. */
export function followsRuns({ info, slots, policy }: Schedule): boolean {
  return policy.planning === 'awaited' && info.recurring && slots?.timeline === 'mono'
}
