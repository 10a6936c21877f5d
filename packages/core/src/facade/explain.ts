import { formatMs } from '../base/duration.ts'
import { errorText } from '../base/error-record.ts'
import type { Now } from '../base/now.ts'
import { toError } from '../base/to-error.ts'
import type { HealthRule } from '../health/rule.ts'
import type { Phase, TaskConfig } from '../kernel/state.ts'
import { exhaustions } from '../restart/exhaustion.ts'
import { explainRestart } from '../restart/explain-restart.ts'
import { longestSpread } from '../schedule/jitter.ts'
import { localTime } from '../schedule/local-time.ts'
import { hasFixedSlots } from '../schedule/schedule.ts'
import { readHealth } from '../shell/read-health.ts'
import { RecordFacts } from '../shell/task-facts.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import { sentencesOf } from './explain-text.ts'
import type { ExplainedEnvironment, Explanation } from './explanation.ts'
import { lintsOf } from './lints.ts'
import { nextSlotsOf } from './next-slots.ts'

const maxSlots = 5

export function explainTask(
  record: TaskRecord,
  now: Now,
  phase: Phase,
  nextRunAt: number | undefined,
  environment: ExplainedEnvironment,
  fleet: Explanation['fleet'],
): Explanation {
  const { info, settings, state, rules } = record
  const facts = new RecordFacts(record, now)
  const nextSlots = nextSlotsOf(record, now, maxSlots)
  const restarts = info.schedule.restarts && info.schedule.startedBy !== 'call'
  const explained = {
    task: info.name,
    state: facts.state,
    paused: state.paused,
    pausedUntil: Number.isFinite(state.pausedUntil) ? isoOf(state.pausedUntil) : undefined,
    health: readHealth(record, now, phase),
    schedule: info.schedule.text,
    nextSlots: nextSlots.map(isoOf),
    localSlots: nextSlots.flatMap((slot) => localTime(slot, info.schedule.timeZone) ?? []),
    slotDelay: slotDelayOf(record, nextSlots),
    nextRunAt: nextRunAt === undefined ? undefined : isoOf(nextRunAt),
    overlap: overlapOf(record),
    timeoutMs: info.timeoutMs,
    abortGraceMs: state.config.abortGraceMs,
    restart: restarts ? restartOf(state.config) : undefined,
    rules: rules.map((rule) => ({ rule: rule.name, text: ruleText(rule, facts), restarts: rule.restarts })),
    disabledBy: environment.isTaskDisabled && state.paused ? 'RUNWELL_TASKS_DISABLED' : undefined,
    gatesReadiness: settings.gatesReadiness,
    gatesLiveness:
      restarts && settings.gatesLiveness && exhaustions[state.config.restart.exhausted].escalates,
    dependsOn: state.config.dependsOn,
    lints: lintsOf(record, now),
    fleet,
  }
  return { ...explained, text: sentencesOf(record, explained, environment).join('\n') }
}

/**
 * Jitter delays the run of a slot at most until the next slot. So `jitterMs` is at most the longest gap between two
 * slots.
 */
function slotDelayOf(
  { schedule, readonlyExtras }: TaskRecord,
  nextSlots: readonly number[],
): Explanation['slotDelay'] {
  if (!hasFixedSlots(schedule)) return { spreadMs: 0, jitterMs: 0 }
  const gaps = nextSlots.slice(1).map((slot, index) => slot - (nextSlots[index] ?? slot))
  const longestGap = gaps.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...gaps)
  return {
    spreadMs: readonlyExtras.isSpread ? 0 : longestSpread(schedule),
    jitterMs: Math.min(schedule.policy.jitterMs, longestGap),
  }
}

function isoOf(wall: number): string {
  return new Date(Math.round(wall)).toISOString()
}

function overlapOf({ info, state }: TaskRecord): string {
  const { overlap, limit } = state.config
  if (info.schedule.startedBy === 'call') return 'calls are never delayed or skipped'
  switch (overlap) {
    case 'skip':
      return 'a slot or trigger that comes during an active run is skipped'
    case 'queue':
      return 'of the slots and triggers that come during an active run, only the newest waits for its end'
    case 'cancel-previous':
      return 'a slot or trigger aborts the active run, and starts when that run has ended'
    case 'parallel':
      return `at most ${limit} runs at once, further slots and triggers are skipped`
  }
}

function restartOf({ restart }: TaskConfig): NonNullable<Explanation['restart']> {
  const { mode, budget, exhausted } = restart
  const { delaysMs, timeToGiveUpMs } = explainRestart(restart)
  return { mode, delaysMs: delaysMs.slice(0, budget.restarts), budget, exhausted, timeToGiveUpMs }
}

function describe(rule: HealthRule, facts: RecordFacts): string {
  try {
    return String(rule.describe(facts))
  } catch (error) {
    return `its describe() threw ${errorText(toError(error))}`
  }
}

function ruleText(rule: HealthRule, facts: RecordFacts): string {
  const { forMs, runs, keepForMs, okRuns } = rule.life
  const opens = [forMs > 0 && `for ${formatMs(forMs)}`, runs > 1 && `at the end of ${runs} runs in a row`]
  const closes = [
    keepForMs > 0 && `for ${formatMs(keepForMs)}`,
    okRuns > 1 && `at the end of ${okRuns} runs in a row`,
  ]
  const parts = [describe(rule, facts)]
  if (opens.some(Boolean)) parts.push(`opens when that holds ${opens.filter(Boolean).join(' and ')}`)
  if (closes.some(Boolean))
    parts.push(`closes when that has not held ${closes.filter(Boolean).join(' and ')}`)
  return parts.join('; ')
}
