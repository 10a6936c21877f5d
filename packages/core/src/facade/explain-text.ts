import { formatMs } from '../base/duration.ts'
import type { TaskHealth } from '../health/status.ts'
import type { TaskConfig } from '../kernel/state.ts'
import { exhaustions } from '../restart/exhaustion.ts'
import { modeTable } from '../restart/mode-table.ts'
import { instantText } from '../schedule/local-time.ts'
import { hasFixedSlots, type Schedule } from '../schedule/schedule.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import type { ExplainedEnvironment, Explanation } from './explanation.ts'
import { fleetLines } from './fleet-view.ts'

export function sentencesOf(
  record: TaskRecord,
  explained: Omit<Explanation, 'text'>,
  { variables, isObserved }: ExplainedEnvironment,
): readonly string[] {
  const { restart, disabledBy, nextSlots, nextRunAt, timeoutMs, abortGraceMs, rules, dependsOn, lints } =
    explained
  const { info, settings, state } = record
  const { pauseReason, pausedBy } = record.readonlyExtras
  const { retry } = state.config
  const isShared = explained.fleet !== undefined
  const here = isShared ? ' in this process' : ''
  const lines = [
    `Task '${info.name}' of '${info.owner}' (${info.category}, ${info.priority}) is ${stateText(explained)}${here}; schedule: ${info.schedule.text}.`,
    ...(restart ? restartLines(restart, state.config) : []),
  ]
  if (disabledBy) lines.push(`It is paused by ${disabledBy}=${variables[disabledBy]}.`)
  else if (explained.paused) {
    const until = explained.pausedUntil === undefined ? '' : ` until ${explained.pausedUntil}`
    const by = pausedBy === undefined ? '' : ` by ${pausedBy}`
    lines.push(`It is paused${by}${until}${pauseReason === undefined ? '' : `: ${pauseReason}`}.`)
  }
  if (state.mode !== 'registered') lines.push(healthLine(explained.health, here))
  if (!isObserved) lines.push('RUNWELL_DISABLED is set: it runs, but no observer is called.')
  const runsHere = explained.fleet?.overruledBy === undefined
  if (nextRunAt !== undefined && !explained.paused && !state.standby && runsHere)
    lines.push(
      `Its next run${isShared ? ', in one of the processes,' : ''} is ${isCalled(record) ? 'expected' : 'due'} at ${instantText(Date.parse(nextRunAt), info.schedule.timeZone)}.`,
    )
  const slots = nextSlots.map((slot) => instantText(Date.parse(slot), info.schedule.timeZone))
  if (state.held) lines.push(`Its slot of ${slots[0]} is due and waits until the task may run.`)
  else if (slots.length > 0 && runsHere)
    lines.push(`Its next slots: ${slots.join(', ')}.${delayText(explained)}`)
  if (state.mode === 'registered' && info.schedule.startedBy === 'supervisor')
    lines.push(`Its first run comes ${firstRunText(record.schedule)}.`)
  if (info.schedule.startedBy === 'trigger') lines.push('It runs only when it is triggered.')
  if (isCalled(record)) lines.push(...hostLines(record))
  else if (hasFixedSlots(record.schedule)) lines.push(lateText(record.schedule, state.config.overlap))
  if (explained.fleet) lines.push(...fleetLines(explained.fleet, record))
  lines.push(`Overlap: ${explained.overlap}${isShared ? '; the runs of all processes count' : ''}.`)
  const timeout = timeoutMs === undefined ? 'no timeout' : `a timeout of ${formatMs(timeoutMs)}`
  lines.push(
    isCalled(record)
      ? 'Only a stop of the supervisor limits the time of a run.'
      : `A run has ${timeout} and must end within ${formatMs(abortGraceMs)} after its signal is aborted.`,
  )
  if (retry) {
    const times = retry.times === 1 ? 'once' : `up to ${retry.times} times`
    lines.push(
      `A run that fails is retried ${times}${hasFixedSlots(record.schedule) ? ', before its next slot' : ''}.`,
    )
  }
  for (const { rule, text, restarts } of rules) {
    lines.push(`Rule ${rule}: ${text}${restarts ? '; requests a restart' : ''}.`)
  }
  if (explained.gatesReadiness) lines.push(`The process is not ready until ${gateText(record)}.`)
  if (explained.gatesLiveness) lines.push('Once it is given up, the process is no longer live.')
  if (dependsOn.length > 0) lines.push(`At shutdown it stops before ${dependsOn.join(', ')}.`)
  if (settings.enabled)
    lines.push(
      'enabled() is called at each slot and trigger; while it does not return true, the task is on standby and does not run.',
    )
  return [...lines, ...lints.map(({ lint, text }) => `Lint ${lint}: ${text}`)]
}

function stateText({ state, paused }: Omit<Explanation, 'text'>): string {
  if (!paused) return state
  return state === 'waiting' || state === 'standby' ? 'paused' : `${state}, and paused`
}

function delayText({ slotDelay: { spreadMs, jitterMs } }: Omit<Explanation, 'text'>): string {
  const causes = [spreadMs > 0 && 'its spread', jitterMs > 0 && 'its jitter'].filter(Boolean)
  if (causes.length === 0) return ''
  return ` Its runs start up to ${formatMs(spreadMs + jitterMs)} after their slots, because of ${causes.join(' and ')}.`
}

function isCalled({ info }: TaskRecord): boolean {
  return info.schedule.startedBy === 'call'
}

function hostLines({ info, state, rules, readonlyExtras: { host } }: TaskRecord): readonly string[] {
  const name = info.host ?? 'Other code'
  const { earlyMs = 0 } = state.config.host ?? {}
  const lines = [`${name} starts its runs.`]
  if (info.schedule.kind === 'call' && !rules.some((rule) => rule.name === 'stale'))
    lines.push(
      'The option expects is not set, so Runwell does not know when it should run, and reports no missing runs.',
    )
  if (info.graceMs !== undefined)
    lines.push(
      `A run may begin from ${formatMs(earlyMs)} before its slot until ${formatMs(info.graceMs)} after it; then the slot counts as missed.`,
    )
  const can = controls.filter((what) => host?.can(what))
  if (can.length > 0) lines.push(`${name} can be asked to ${can.join(', ')}.`)
  return lines
}

const controls = ['trigger', 'pause', 'resume', 'reschedule', 'stop'] as const

function firstRunText({ info, slots, policy }: Schedule): string {
  const { first, spreadMs, jitterMs } = policy
  const jitter = jitterMs === 0 ? '' : `, plus up to ${formatMs(jitterMs)} of jitter`
  if (info.kind === 'once')
    return slots?.timeline === 'wall' ? 'at its slot' : 'when its time after the start is over'
  if (slots?.timeline === 'wall') return `at the first of its slots after the start${jitter}`
  const spread =
    spreadMs === 0 ? '' : ` and up to ${formatMs(spreadMs)}, by which tasks that start together are spread,`
  if (first === 'after-period') return `one period${spread} after the start${jitter}`
  return `${spreadMs === 0 ? 'at the start' : `within ${formatMs(spreadMs)} after the start`}${jitter}`
}

function lateText({ policy: { misfire, catchUpMs } }: Schedule, overlap: TaskConfig['overlap']): string {
  const limit = Number.isFinite(catchUpMs) ? `up to ${formatMs(catchUpMs)} late` : 'however late it is'
  const order = overlap === 'parallel' ? '' : ', one by one'
  const which =
    typeof misfire === 'string' ? 'of several the newest' : `of several the newest ${misfire.all}${order}`
  return `A slot that could not start in time still runs, ${limit}; ${which}.`
}

function healthLine({ status, since, reasons, flapping }: TaskHealth, here: string): string {
  const found = reasons.map(({ reason }) => reason).join('; ')
  const why = found === '' && flapping ? 'it is flapping' : found
  return `Its health${here} is ${status} since ${new Date(since).toISOString()}${why === '' ? '' : `: ${why}`}.`
}

function gateText({ settings, info }: TaskRecord): string {
  if (settings.readyWhen === 'first-success') return 'it has succeeded once'
  return info.schedule.restarts ? 'it has called ready() or beat()' : 'it is armed'
}

function restartLines(explained: NonNullable<Explanation['restart']>, { restart }: TaskConfig): string[] {
  const { mode, delaysMs, budget, exhausted, timeToGiveUpMs } = explained
  if (!modeTable[mode].afterFailure) return ['It is not restarted when it ends.']
  if (budget.restarts === 0) return ['It is not restarted when it ends: its budget is 0 restarts.']
  const limit = `${budget.restarts === 1 ? '1 restart' : `${budget.restarts} restarts`} per ${formatMs(budget.withinMs)}`
  const stable = formatMs(restart.stableAfterMs)
  return [
    timeToGiveUpMs === undefined
      ? `Its longest waits alone keep it within its budget of ${limit}.`
      : `If it keeps ending immediately, its budget of ${limit} lasts at most ${formatMs(timeToGiveUpMs)}. It is then ${exhaustions[exhausted].describe(restart)}.`,
    `It is restarted ${modeTable[mode].text}, after at most ${waits(delaysMs)}. A run of ${stable} resets the backoff.`,
  ]
}

const maxWaits = 12

function waits(delaysMs: readonly number[]): string {
  const distinct = [...new Set(delaysMs.map(formatMs))]
  return distinct.length > maxWaits ? `${distinct.slice(0, maxWaits).join(', ')}, …` : distinct.join(', ')
}
