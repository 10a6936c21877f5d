import { InvalidOptionError } from '../base/errors.ts'
import type { ScheduleInfo } from '../base/schedule-info.ts'
import type { Schedule } from './schedule.ts'
import { slotPolicy } from './slot-policy.ts'

/**
 * If more slots than this are due at once, the oldest of them are missed. The others wait until the host starts a run.
 */
const mostAtOnce = 63

/**
 * Returns the schedule of an external task whose host should run it as `expects` says. It has no jitter and no spread,
 * because the host does not know the delays that this supervisor would choose.
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
 * Whether the slots are counted from the newest run. The timer of the host has started at another time than this
 * supervisor, so the start of the task says nothing about its slots.
 */
export function followsRuns({ info, slots, policy }: Schedule): boolean {
  return policy.planning === 'awaited' && info.recurring && slots?.timeline === 'mono'
}
