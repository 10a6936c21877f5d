import { formatMs } from '../base/duration.ts'
import type { TaskConfig } from '../kernel/state.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import type { ExplainedEnvironment, Explanation, RestartExplanation } from './explanation.ts'

/** What is known of a task in sentences. How soon a loop is given up comes first. */
export function sentencesOf(
  record: TaskRecord,
  explained: Omit<Explanation, 'text'>,
  { variables, isObserved }: ExplainedEnvironment,
): readonly string[] {
  const { restart, disabledBy, nextSlots, nextRunAt, timeoutMs, abortGraceMs, rules, dependsOn, lints } =
    explained
  const { info, settings, state } = record
  const { pauseReason } = record.readonlyExtras
  const { retry } = state.config
  const lines = restart ? restartLines(restart, state.config) : []
  lines.push(
    `Task '${info.name}' of '${info.owner}' (${info.category}, ${info.priority}) is ${explained.state}; schedule: ${info.schedule.text}.`,
  )
  if (disabledBy) lines.push(`It is paused by ${disabledBy}=${variables[disabledBy]}.`)
  else if (explained.paused) lines.push(`It is paused${pauseReason === undefined ? '' : `: ${pauseReason}`}.`)
  if (!isObserved) lines.push('RUNWELL_DISABLED is set: it runs, and no observer is told.')
  if (nextRunAt !== undefined) lines.push(`Its next run is due at ${nextRunAt}.`)
  if (nextSlots.length > 0) lines.push(`Its next slots: ${nextSlots.join(', ')}.`)
  if (info.schedule.kind === 'manual') lines.push('It runs when it is triggered, and never by itself.')
  lines.push(`Overlap: ${explained.overlap}.`)
  const timeout = timeoutMs === undefined ? 'no timeout' : `at most ${formatMs(timeoutMs)}`
  lines.push(`A run has ${timeout}, and ${formatMs(abortGraceMs)} to end once its signal is aborted.`)
  if (retry) {
    const times = retry.times === 1 ? 'once' : `up to ${retry.times} times`
    lines.push(
      `A run that fails is tried ${times} more${state.config.kind === 'slots' ? ', before its next slot' : ''}.`,
    )
  }
  for (const { rule, text, restarts } of rules) {
    lines.push(`Rule ${rule}: ${text}${restarts ? '; asks for a restart' : ''}.`)
  }
  if (explained.gatesReadiness) lines.push(`The process is not ready before ${gateText(record)}.`)
  if (explained.gatesLiveness) lines.push('The process is not live any more once it is given up.')
  if (dependsOn.length > 0) lines.push(`At a stop it ends before ${dependsOn.join(', ')}.`)
  if (settings.enabled)
    lines.push('enabled() is asked at each slot and trigger; while it says no, it stands by.')
  return [...lines, ...lints.map(({ lint, text }) => `Lint ${lint}: ${text}`)]
}

function gateText({ settings, info }: TaskRecord): string {
  if (settings.readyWhen === 'first-success') return 'its first success'
  return info.schedule.kind === 'loop' ? 'it called ready() or gave a beat' : 'it is armed'
}

const endings = {
  park: ({ park }: TaskConfig['restart']) =>
    `parked: tried again after ${formatMs(park.firstMs)} (but not before the budget allows one more), later up to every ${formatMs(park.maxMs)}`,
  escalate: () => 'given up for good, and the process should end',
  stop: () => 'given up for good',
} as const

function restartLines(explained: RestartExplanation, { restart }: TaskConfig): string[] {
  const { mode, delaysMs, budget, exhausted, timeToGiveUpMs } = explained
  if (mode === 'never') return ['It is not restarted when it ends.']
  if (budget.restarts === 0) return ['It is not restarted when it ends: its budget allows none.']
  const limit = `${budget.restarts} restarts in any ${formatMs(budget.withinMs)}`
  const ending = endings[exhausted](restart)
  const giveUp =
    timeToGiveUpMs === undefined
      ? `Its longest waits keep it within ${limit}.`
      : `Ending at once each time, it has used up ${limit} after at most ${formatMs(timeToGiveUpMs)}; then it is ${ending}.`
  const when = mode === 'always' ? 'whatever ended it' : 'unless it returned'
  const stable = formatMs(restart.stableAfterMs)
  return [
    giveUp,
    `It is restarted ${when}, after at most ${waits(delaysMs)}; a run of ${stable} starts the waits afresh.`,
  ]
}

const mostWaits = 12

/** Each wait once; they only grow. */
function waits(delaysMs: readonly number[]): string {
  const distinct = [...new Set(delaysMs.map(formatMs))]
  return distinct.length > mostWaits ? `${distinct.slice(0, mostWaits).join(', ')}, …` : distinct.join(', ')
}
