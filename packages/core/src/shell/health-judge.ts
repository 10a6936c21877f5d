import { toError } from '../base/errors.ts'
import type { Now } from '../base/now.ts'
import { FINE } from '../health/judgements.ts'
import { isOpen } from '../health/life.ts'
import type { HealthRule } from '../health/rule.ts'
import type { JudgedRule } from '../health/step-health.ts'
import { suspendHealth } from '../health/step-health.ts'
import { liveRuns } from '../kernel/state.ts'
import { newAlarm } from './alarm.ts'
import type { Engine } from './kernel-loop.ts'
import { runsOf } from './live-run.ts'
import { EntryFacts } from './task-facts.ts'
import type { TaskEntry } from './task-record.ts'

/** A loop without `ready: true` counts as up when it has lived for so long. */
const upAfterMs = 1_000

/** Asks the rules of tasks, and hands their answers to the kernel, which decides what they mean. */
export class HealthDesk {
  readonly #engine: Engine
  /** What rules threw, until it is told. */
  readonly #faults = new Map<string, unknown>()
  /** Of the judging under way; kept, since there is one for each run. */
  readonly #answers: JudgedRule['judgement'][] = []

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Asks the rules of `entry`. @param runEnded - `no`: not since a run has ended, but since time has passed */
  judge(entry: TaskEntry, now: Now, runEnded: TaskEntry['runEnded']): void {
    const { state, rules } = entry
    const { phase } = this.#engine.kernel
    // A task that is being stopped is not unwell.
    if (phase === 'stopping' || phase === 'stopped') return
    if (state.removed || state.mode === 'registered' || rules.length === 0) return
    if (state.paused || state.standby) return this.#suspend(entry)
    let isWell = isPlainlyHealthy(entry) || isUnknownYet(entry)
    const isRoutine = isWell && runEnded === 'routinely' && isSettled(entry)
    if (isRoutine && !entry.traits.mindsSuccess) return
    const facts = new EntryFacts(entry, now)
    const answers = this.#answers
    let isSilent = false
    let recheckMs = Number.POSITIVE_INFINITY
    for (let i = 0; i < rules.length; i += 1) {
      const rule = rules[i]
      if (rule === undefined) continue
      if (isRoutine && rule.ignoresSuccess === true) {
        answers[i] = FINE
        continue
      }
      const answer = this.#ask(rule, facts, entry)
      answers[i] = answer
      if (answer.kind === 'failed') isWell = false
      else if (answer.recheckInMs !== undefined && answer.recheckInMs < recheckMs)
        recheckMs = answer.recheckInMs
      if (answer.kind !== 'bad') continue
      isWell = false
      if (rule.judgesSilence) isSilent = true
    }
    // By far the most common end of it: a task that is healthy, or only just armed, and about which no rule complains.
    if (isWell) return this.recheck(entry, recheckMs, now)
    if (entry.info.schedule.kind === 'loop' && !entry.rarely.hasBeenUp) this.recheck(entry, upAfterMs, now)
    const judged = rules.map(({ name, life, restarts }, i): JudgedRule => {
      return { rule: name, life, restarts, judgement: answers[i] ?? { kind: 'no-data' } }
    })
    this.#engine.dispatch({
      type: 'judged',
      task: entry.info.name,
      rules: judged,
      since: entry.unknownSince,
      seen: isSeen(entry, now),
      runEnded: runEnded !== 'no',
      // Only a restart would cut it. Not asked in vain: of spawned work thousands may live.
      progress: !isSilent && rules.some(({ restarts }) => restarts) && makesProgress(entry, now),
    })
  }

  /** Judges again after `inMs`, unless something sooner is arranged already. */
  recheck(entry: TaskEntry, inMs: number, now: Now): void {
    if (inMs === Number.POSITIVE_INFINITY) return
    const at = now.mono + Math.max(1, inMs)
    entry.rulesAlarm ??= newAlarm('rules', entry)
    if (at < entry.rulesAlarm.wakeAt) this.#engine.timers.set(entry.rulesAlarm, at)
  }

  takeFault(entry: TaskEntry, rule: string): Error {
    const key = `${entry.info.name} ${rule}`
    const fault = this.#faults.get(key)
    this.#faults.delete(key)
    return toError(fault)
  }

  #ask(rule: HealthRule, facts: EntryFacts, entry: TaskEntry): JudgedRule['judgement'] {
    const lives = entry.state.health?.lives
    const life = lives === undefined ? undefined : lives.find((other) => other.rule === rule.name)
    try {
      return rule.judge(facts, isOpen(life))
    } catch (error) {
      this.#faults.set(`${entry.info.name} ${rule.name}`, error)
      return { kind: 'failed' }
    }
  }

  #suspend(entry: TaskEntry): void {
    if (entry.state.health !== undefined) suspendHealth(entry.state.health)
    if (entry.rulesAlarm) this.#engine.timers.set(entry.rulesAlarm, Number.POSITIVE_INFINITY)
  }
}

function isPlainlyHealthy({ state }: TaskEntry): boolean {
  const { health } = state
  return health?.status === 'healthy' && health.lives === undefined && health.flap === undefined
}

/** It has not run, and no rule has said anything of it. A loop may come up by itself. */
function isUnknownYet({ state, history }: TaskEntry): boolean {
  return state.health === undefined && history === undefined && state.config.kind !== 'loop'
}

/** All of its runs are over, and there is a time at which all rules are asked again. */
function isSettled({ state, rulesAlarm }: TaskEntry): boolean {
  return rulesAlarm !== undefined && rulesAlarm.place >= 0 && liveRuns(state) === 0
}

/** A beat so lately that nobody would call the run hung. Whoever judges that has not: it is asked before. */
function makesProgress(entry: TaskEntry, now: Now): boolean {
  const isJudged = entry.rules.some(({ judgesSilence }) => judgesSilence)
  const { periodMs = 0 } = entry.info.schedule
  const limitMs = isJudged ? Number.POSITIVE_INFINITY : Math.max(600_000, 3 * periodMs)
  for (const run of runsOf(entry)) {
    if (run.outcome === undefined && run.beats > 0 && now.loop - run.beatLoop <= limitMs) return true
  }
  return false
}

/**
 * Whether there is enough to call a task healthy: a run has ended, or a loop has come up once. One that can't say that it
 * is up is taken to be so when it has lived for a second.
 */
function isSeen(entry: TaskEntry, now: Now): boolean {
  if (entry.info.schedule.kind !== 'loop') return entry.history !== undefined
  if (entry.rarely.hasBeenUp) return true
  for (const run of runsOf(entry)) {
    if (run.outcome !== undefined) continue
    const isOld = !entry.schedule.rules.gatesReady && now.loop - run.startedLoop >= upAfterMs
    if (run.state.isReady || isOld) entry.rare.hasBeenUp = true
  }
  return entry.rarely.hasBeenUp
}
