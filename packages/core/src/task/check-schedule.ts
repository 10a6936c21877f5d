import { msOf } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import { callCure, reading } from '../base/options.ts'
import { show } from '../base/show.ts'
import { cron } from '../schedule/cron.ts'

export function checkSchedule(schedule: unknown, option = 'schedule'): void {
  const isMade = reading(
    option,
    () => typeof schedule === 'object' && schedule !== null && 'info' in schedule && 'policy' in schedule,
  )
  if (isMade) return
  const expected = `a schedule such as every(…), cron(…) or loop()${scheduleCure(schedule)}`
  throw new InvalidOptionError(option, expected, schedule)
}

function scheduleCure(schedule: unknown): string {
  if (!Number.isNaN(msOf(schedule))) return `; write every(${show(schedule)})`
  if (typeof schedule !== 'string') return callCure(schedule)
  try {
    cron(schedule)
    return `; write cron(${show(schedule)})`
  } catch {
    return ''
  }
}
