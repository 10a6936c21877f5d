import { InvalidOptionError } from '../base/errors.ts'
import { instantOf } from '../base/instant.ts'
import { anything, check, checkOptions, type OptionTable, reading, textUpTo } from '../base/options.ts'
import type { Asked } from '../kernel/event.ts'
import type { ControlOptions, Task } from '../task/task.ts'

export type PauseOptions = Parameters<Task['pause']>[0]
export type AbortOptions = Parameters<Task['abort']>[0]

const controlOptions: OptionTable<ControlOptions> = { by: textUpTo(200), reason: textUpTo(1_000) }

export function readControl(
  control: string,
  options: ControlOptions | undefined,
  more: Parameters<typeof checkOptions>[2] = {},
): Asked | undefined {
  // With `{}` as the default of `options`, each triggered run would be 4 % slower.
  if (options === undefined) return undefined
  checkOptions(control, options, { ...controlOptions, ...more })
  const { by, reason } = options
  return by === undefined && reason === undefined ? undefined : { by, reason }
}

export function readAbort(options: AbortOptions): {
  readonly asked: Asked | undefined
  readonly runId: string | undefined
} {
  return { asked: readControl('abort', options, { runId: anything }), runId: options?.runId }
}

export function readPause(
  options: PauseOptions,
  nowWall: number,
): {
  readonly asked?: Asked | undefined
  readonly reason: string | undefined
  readonly until?: number | undefined
} {
  if (typeof options === 'string') return { reason: check('reason', options, textUpTo(1_000)) }
  const asked = readControl('pause', options, { until: anything })
  const { until } = options ?? {}
  if (until === undefined) return { asked, reason: asked?.reason }
  const at = reading('pause', () => instantOf('pause.until', until))
  if (at > nowWall) return { asked, reason: asked?.reason, until: at }
  throw new InvalidOptionError('pause.until', 'an instant in the future', new Date(at).toISOString())
}
