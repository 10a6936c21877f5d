import type { Schedule } from '../schedule/schedule.ts'
import type { TaskInfo, TaskOptions } from './options.ts'
import type { ResolvedTask } from './resolve.ts'
import { sameSchedule } from './sharing.ts'

/** What a task came to, but for its function: nobody's closure should live on for being the last. */
type Pattern = Omit<ResolvedTask, 'run'>

/** The options of one task but its name and its function, and what they came to. */
interface Resolved {
  readonly options: Readonly<Record<string, unknown>>
  readonly count: number
  readonly task: Pattern
}

/** Tasks that are alike are mostly registered one after the other: what was checked once need not be again. */
let last: Resolved | undefined

/** The task that was resolved last, if `options` differ from its options in name and function only. */
export function resolvedAlike(options: TaskOptions): Pattern | undefined {
  if (last === undefined || !isLiteral(options)) return undefined
  let count = 0
  for (const key in options) {
    count += 1
    if (key === 'name' || key === 'run' || (key === 'schedule' && isScheduledAlike(options.schedule)))
      continue
    if (options[key as keyof TaskOptions] !== last.options[key]) return undefined
  }
  return count === last.count ? last.task : undefined
}

/** Each call of a maker with options gives another schedule, though tasks that are alike have alike ones. */
function isScheduledAlike(schedule: Schedule | undefined): boolean {
  const known = last?.task.schedule
  const isMade =
    typeof schedule === 'object' && schedule !== null && 'info' in schedule && 'rules' in schedule
  return isMade && known !== undefined && sameSchedule(schedule, known)
}

/** Whether what its own keys say is all that it says: an object of a class may have getters. */
function isLiteral(options: unknown): boolean {
  return (
    typeof options === 'object' && options !== null && Object.getPrototypeOf(options) === Object.prototype
  )
}

/** Keeps what `options` came to. Those that hold objects may change behind our back, and functions may hold anything. */
export function keepResolved(options: TaskOptions, { run: _fn, ...task }: ResolvedTask): void {
  const { name: _name, run: _run, schedule, ...rest } = options
  const isPlain = Object.values(rest).every(
    (value) => typeof value !== 'object' && typeof value !== 'function',
  )
  last =
    isPlain && isLiteral(options)
      ? { options: { ...rest, schedule }, count: Object.keys(options).length, task }
      : undefined
}

/** A task like `task` of another name and function. Field by field: objects made by spreading weigh more. */
export function renamed(task: Pattern, name: string, run: ResolvedTask['run']): ResolvedTask {
  const { info, config, schedule, traits } = task
  const { owner, category, priority, scope, timeoutMs, runbook, slo, trace } = info
  const own: TaskInfo = Object.freeze({
    name,
    owner,
    category,
    priority,
    scope,
    schedule: info.schedule,
    timeoutMs,
    runbook,
    slo,
    trace,
  })
  return { info: own, config, schedule, traits, run }
}
