import { durationFrom, msOf } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import { anObject, checkOptions, type OptionTable, takes, wholeNumber } from '../base/options.ts'
import type { TaskBehavior } from './options.ts'
import type { TaskSettings } from './resolved.ts'

type HistoryOption = Exclude<TaskBehavior['history'], number | undefined>

const aCount = wholeNumber(0, 1_000)
const table: OptionTable<HistoryOption> = {
  runs: wholeNumber(1, 10_000),
  for: durationFrom(1_000),
}

export const historyOption = takes<NonNullable<TaskBehavior['history']>>(
  'a whole number from 0 to 1000, or { runs, for }',
  (value) => aCount.fits(value) || anObject.fits(value),
)

export function historyOf(
  history: TaskBehavior['history'] = 20,
): Pick<TaskSettings, 'historySize' | 'historyMs'> {
  if (typeof history === 'number') return { historySize: history, historyMs: Number.POSITIVE_INFINITY }
  checkOptions('history', history, table)
  const { runs = 1_000, for: kept } = history
  if (kept === undefined) throw new InvalidOptionError('history.for', "a duration, such as '24h'", kept)
  return { historySize: runs, historyMs: msOf(kept) }
}
