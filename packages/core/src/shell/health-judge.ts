import type { Now } from '../base/now.ts'
import { upAfterMs } from '../base/schedule-info.ts'
import { toError } from '../base/to-error.ts'
import { isOpen } from '../health/episode.ts'
import { FINE, ruleThrew } from '../health/judgements.ts'
import type { HealthRule } from '../health/rule.ts'
import type { JudgedRule, RestartTarget } from '../health/step-health.ts'
import { suspendHealth } from '../health/step-health.ts'
import { isOver, liveRuns } from '../kernel/state.ts'
import { newAlarm } from './alarm.ts'
import { endHeldTime } from './held-time.ts'
import type { KernelLoop } from './kernel-loop.ts'
import { calledRunsOf, type LiveRun } from './live-run.ts'
import { untilStableMs } from './loop-up.ts'
import { RecordFacts } from './task-facts.ts'
import type { TaskRecord } from './task-record.ts'

/**
 * When a run of a loop has lasted for this time, the loop can be healthy even without `ready()` or `beat()`.
 * `Infinity` for `loop({ ready: true })`.
 */
function knownAfterMs({ info }: TaskRecord): number {
  return info.schedule.waitsForReady ? Number.POSITIVE_INFINITY : 1_000
}

export class HealthJudge {
  readonly #kernelLoop: KernelLoop
  readonly #faults = new Map<string, unknown>()
  /** The same array is used for every evaluation, to save memory. */
  readonly #answers: JudgedRule['judgement'][] = []

  constructor(kernelLoop: KernelLoop) {
    this.#kernelLoop = kernelLoop
  }

  judge(record: TaskRecord, now: Now): void {
    const { state, rules, runEnded } = record
    const isRoutineEnd = runEnded && !record.mustJudge
    record.mustJudge = false
    record.runEnded = false
    const { phase } = this.#kernelLoop.kernel
    // A task must not become unhealthy because it is being stopped.
    if (phase === 'stopping' || phase === 'stopped') return
    if (state.removed || state.mode === 'registered' || rules.length === 0) return
    if (state.paused || state.standby) return this.#judgeHeld(record, now)
    let isWell = isPlainlyHealthy(record) || isUnknownYet(record)
    const isRoutine = isWell && isRoutineEnd && isSettled(record)
    if (isRoutine && !record.settings.judgesSuccess) return
    const facts = new RecordFacts(record, now)
    const answers = this.#answers
    let recheckMs = Number.POSITIVE_INFINITY
    for (let i = 0; i < rules.length; i += 1) {
      const rule = rules[i]
      if (rule === undefined) continue
      if (isRoutine && rule.ignoresSuccess === true) {
        answers[i] = FINE
        continue
      }
      const answer = this.#ask(rule, facts, record)
      answers[i] = answer
      if (answer.kind === 'failed') isWell = false
      else if (answer.recheckInMs !== undefined && answer.recheckInMs < recheckMs)
        recheckMs = answer.recheckInMs
      if (answer.kind === 'bad') isWell = false
    }
    // The usual case: no rule has a finding, so the kernel has nothing to decide.
    if (isWell) return this.recheck(record, recheckMs, now)
    const isFailing = isFailingNow(record, facts)
    if (record.info.schedule.restarts) {
      if (isFailing && !isOver(state)) this.recheck(record, upAfterMs(record.info.schedule), now)
      if (!record.readonlyExtras.hasBeenUp) this.recheck(record, knownAfterMs(record), now)
      if (facts.consecutiveFailures > 0) this.recheck(record, untilStableMs(record, now), now)
    }
    const judged = rules.map(({ name, life, restarts }, i): JudgedRule => {
      const judgement = answers[i] ?? { kind: 'no-data' }
      const isAsking = restarts && judgement.kind === 'bad'
      const target = isAsking ? restartTarget(record, judgement.runId, answers, now) : undefined
      return { rule: name, life, restarts, judgement, target }
    })
    this.#report(record, now, judged, isFailing, runEnded)
  }

  /**
   * While a task is paused or on standby, its findings stay. Only a rule with `clearsWhileHeld` can end its finding.
   */
  #judgeHeld(record: TaskRecord, now: Now): void {
    const open = record.state.health?.episodes?.filter(isOpen) ?? []
    if (open.length === 0) return
    const facts = new RecordFacts(record, now)
    const isExternal = record.info.schedule.startedBy === 'call'
    const mayClear = ({ clearsWhileHeld }: HealthRule): boolean =>
      clearsWhileHeld === true || (clearsWhileHeld === 'external' && isExternal)
    const hasCleared = (rule: HealthRule): boolean =>
      mayClear(rule) &&
      open.some((episode) => episode.rule === rule.name) &&
      this.#ask(rule, facts, record).kind === 'fine'
    const cleared = record.rules.filter(hasCleared)
    if (cleared.length === 0) return
    const judged = cleared.map(
      ({ name, life, restarts }): JudgedRule => ({ rule: name, life, restarts, judgement: FINE }),
    )
    this.#report(record, now, judged, isFailingNow(record, facts), false)
  }

  #report(
    record: TaskRecord,
    now: Now,
    rules: readonly JudgedRule[],
    isFailing: boolean,
    runEnded: boolean,
  ): void {
    this.#kernelLoop.dispatch({
      type: 'judged',
      task: record.info.name,
      rules,
      since: record.unknownSince,
      hasSucceeded: hasSucceeded(record, now),
      isFailing,
      runEnded,
    })
  }

  followHold(record: TaskRecord, now: Now): void {
    const { state } = record
    const { suspendedSince: since } = record.readonlyExtras
    const isHeld = state.paused || state.standby
    if (isHeld && since === undefined) this.#suspend(record, now)
    if (isHeld || since === undefined) return
    record.extras.suspendedSince = undefined
    endHeldTime(record, since.awake, now)
    record.mustJudge = true
  }

  recheck(record: TaskRecord, inMs: number, now: Now): void {
    if (inMs === Number.POSITIVE_INFINITY) return
    const at = now.mono + Math.max(1, inMs)
    record.rulesAlarm ??= newAlarm('rules', record)
    if (at < record.rulesAlarm.wakeAt) this.#kernelLoop.timers.set(record.rulesAlarm, at)
  }

  takeFault(record: TaskRecord, rule: string): Error {
    const key = `${record.info.name} ${rule}`
    const fault = this.#faults.get(key)
    this.#faults.delete(key)
    return toError(fault)
  }

  #ask(rule: HealthRule, facts: RecordFacts, record: TaskRecord): JudgedRule['judgement'] {
    const episodes = record.state.health?.episodes
    const episode = episodes?.find((other) => other.rule === rule.name)
    try {
      return rule.judge(facts, isOpen(episode))
    } catch (error) {
      this.#faults.set(`${record.info.name} ${rule.name}`, error)
      return ruleThrew(error)
    }
  }

  #suspend(record: TaskRecord, now: Now): void {
    record.extras.suspendedSince = { ...now }
    if (record.state.health !== undefined) suspendHealth(record.state.health)
    if (record.rulesAlarm) this.#kernelLoop.timers.set(record.rulesAlarm, Number.POSITIVE_INFINITY)
  }
}

function isPlainlyHealthy({ state }: TaskRecord): boolean {
  const { health } = state
  return health?.status === 'healthy' && health.episodes === undefined && health.flap === undefined
}

function isUnknownYet({ info, state, history, lastSuccessAwake }: TaskRecord): boolean {
  const hasRun = history !== undefined || lastSuccessAwake !== undefined
  return state.health === undefined && !hasRun && !info.schedule.restarts
}

function isSettled({ state, rulesAlarm }: TaskRecord): boolean {
  return rulesAlarm !== undefined && rulesAlarm.heapIndex >= 0 && liveRuns(state) === 0
}

/**
 * Returns what a restart would abort, and whether that work makes progress.
 * @param runId - the run that the finding of the rule names. If it names no run, a restart would abort all active
 * runs.
 */
function restartTarget(
  record: TaskRecord,
  runId: string | undefined,
  answers: readonly JudgedRule['judgement'][],
  now: Now,
): RestartTarget {
  const isConcerned = (id: string): boolean => runId === undefined || id === runId
  const runs = calledRunsOf(record).filter((run) => run.outcome === undefined && isConcerned(run.runId))
  const isSilent = record.rules.some(({ judgesSilence }, i) => {
    const answer = answers[i]
    return (
      judgesSilence && answer?.kind === 'bad' && (answer.runId === undefined || isConcerned(answer.runId))
    )
  })
  // If the run of the finding has already ended, the id is -1. No run has this id.
  const run = runId === undefined ? undefined : (runs[0]?.state.id ?? -1)
  return { run, progress: !isSilent && makesProgress(record, runs, now) }
}

function makesProgress(record: TaskRecord, runs: readonly LiveRun[], now: Now): boolean {
  const isJudged = record.rules.some(({ judgesSilence }) => judgesSilence)
  const { periodMs = 0 } = record.info.schedule
  const limitMs = isJudged ? Number.POSITIVE_INFINITY : Math.max(600_000, 3 * periodMs)
  return runs.some(({ beats, beatAwake }) => beats > 0 && now.awake - beatAwake <= limitMs)
}

/**
 * After a failure, the next run of a loop may last forever, so no success would clear the failure. Therefore a loop
 * counts as failing only while it is down.
 */
function isFailingNow({ info }: TaskRecord, facts: RecordFacts): boolean {
  if (facts.consecutiveFailures === 0) return false
  return !info.schedule.restarts || facts.downMs !== undefined
}

function hasSucceeded(record: TaskRecord, now: Now): boolean {
  if (!record.info.schedule.restarts) return record.lastSuccessAwake !== undefined
  if (record.readonlyExtras.hasBeenUp) return true
  for (const run of calledRunsOf(record)) {
    if (run.outcome !== undefined) continue
    const isOld = now.awake - run.startedAwake >= knownAfterMs(record)
    if (run.state.isReady || isOld) record.extras.hasBeenUp = true
  }
  return record.readonlyExtras.hasBeenUp
}
