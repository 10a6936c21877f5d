import { checkOptions, reading, type Takes } from '../base/options.ts'
import type { ExternalOptions } from './external.ts'
import type { TaskOptions } from './options.ts'
import { checkExternal, externalHints, externalOptions } from './resolve-external.ts'
import { taskOptions } from './resolve-task.ts'
import { taskAliases } from './task-aliases.ts'

interface AdapterRules<Options> {
  /** What the adapter's own options accept. */
  readonly added?: Readonly<Record<string, Takes>>
  /** The options that the adapter sets itself. Its callers must not give them. */
  readonly without?: readonly (keyof Options)[]
}

/**
 * Checks options that an adapter gets now and passes to `supervisor.external()` later. So the call that gives a wrong
 * option throws, and not a later call. The name may be missing.
 *
 * @param where - the call that takes the options, for errors
 * @throws {@link InvalidOptionError}
 */
export function checkExternalOptions(
  where: string,
  options: unknown,
  rules: AdapterRules<ExternalOptions> = {},
): void {
  reading(where, () => {
    checkOptions(where, options, tableOf(externalOptions, rules), '', externalHints)
    const isOfTask = ([name]: [string, unknown]): boolean => !Object.hasOwn(rules.added ?? {}, name)
    checkExternal(where, Object.fromEntries(Object.entries(options).filter(isOfTask)))
  })
}

/**
 * Like {@link checkExternalOptions}, for options that an adapter passes to `supervisor.register()` later. Checks the
 * names of the options, and the values that need no other option: further options may come from another place.
 *
 * @throws {@link InvalidOptionError}
 */
export function checkTaskOptions(
  where: string,
  options: unknown,
  rules: AdapterRules<TaskOptions> = {},
): void {
  checkOptions(where, options, tableOf(taskOptions, rules), '', taskAliases)
}

function tableOf<Options>(
  table: Readonly<Record<string, Takes>>,
  { added = {}, without = [] }: AdapterRules<Options>,
): Readonly<Record<string, Takes>> {
  const kept = Object.entries(table).filter(([name]) => !without.some((other) => other === name))
  return { ...Object.fromEntries(kept), ...added }
}
