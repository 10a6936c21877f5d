import { InvalidOptionError } from '../base/errors.ts'
import type { ScheduleInfo } from '../base/schedule-info.ts'
import type { Schedule } from './schedule.ts'
import { slotPolicy } from './slot-policy.ts'

/** If more slots than this come due at once, the oldest of them are missed. The others wait for a run of the host. */
const mostAtOnce = 63

/**
 * The schedule of an external task whose host should run it like `expects`. It has no jitter and no spread, because the
 * host does not know those of this supervisor.
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

/**
 * Whether the slots count from the newest run, because the host started its timer at another time than this supervisor.
 */
export function followsRuns({ info, slots, policy }: Schedule): boolean {
  return policy.planning === 'awaited' && info.recurring && slots?.timeline === 'mono'
}
