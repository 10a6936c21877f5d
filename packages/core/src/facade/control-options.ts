import { InvalidOptionError } from '../base/errors.ts'
import { instantOf } from '../base/instant.ts'
import { anything, checkOptions, type OptionTable, reading, textUpTo } from '../base/options.ts'
import type { Asked } from '../kernel/event.ts'
import type { ControlOptions, Task } from '../task/task.ts'

export type PauseOptions = Parameters<Task['pause']>[0]
export type AbortOptions = Parameters<Task['abort']>[0]

const by = textUpTo(200)
const reason = textUpTo(1_000)
const controlOptions: OptionTable<ControlOptions> = { by, reason }
const pauseOptions: OptionTable<Exclude<PauseOptions, string | undefined>> = { by, reason, until: anything }
const abortOptions: OptionTable<NonNullable<AbortOptions>> = { by, reason, runId: textUpTo(200) }

/** @returns who asks and why; `undefined` if the call says neither. @throws {@link InvalidOptionError} */
export function readControl(control: string, options: ControlOptions | undefined): Asked | undefined {
  return options === undefined ? undefined : askedIn(control, options, controlOptions)
}

/** @throws {@link InvalidOptionError} */
export function readAbort(options: AbortOptions): {
  readonly asked: Asked | undefined
  readonly runId: string | undefined
} {
  if (options === undefined) return { asked: undefined, runId: undefined }
  const asked = askedIn('abort', options, abortOptions)
  return { asked, runId: options.runId }
}

/** @throws {@link InvalidOptionError} also for an end that is not in the future */
export function readPause(
  options: PauseOptions,
  nowWall: number,
): {
  readonly asked: Asked | undefined
  readonly reason: string | undefined
  readonly until: number | undefined
} {
  if (options === undefined) return { asked: undefined, reason: undefined, until: undefined }
  if (typeof options === 'string')
    return {
      asked: undefined,
      reason: askedIn('pause', { reason: options }, pauseOptions)?.reason,
      until: undefined,
    }
  const asked = askedIn('pause', options, pauseOptions)
  return { asked, reason: asked?.reason, until: endOf(options.until, nowWall) }
}

function endOf(until: unknown, nowWall: number): number | undefined {
  if (until === undefined) return undefined
  const at = reading('pause', () => instantOf('pause.until', until))
  if (at > nowWall) return at
  throw new InvalidOptionError('pause.until', 'an instant in the future', new Date(at).toISOString())
}

function askedIn(
  control: string,
  options: ControlOptions,
  table: Parameters<typeof checkOptions>[2],
): Asked | undefined {
  checkOptions(control, options, table)
  const { by, reason } = options
  return by === undefined && reason === undefined ? undefined : { by, reason }
}
