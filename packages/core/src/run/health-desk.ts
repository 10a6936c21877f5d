import { toError } from '../errors.ts'
import { isOpen } from '../health/life.ts'
import type { HealthRule } from '../health/rule.ts'
import type { JudgedRule } from '../health/step-health.ts'
import { suspendHealth } from '../health/step-health.ts'
import type { Now } from '../kernel/now.ts'
import { liveRuns } from '../kernel/state.ts'
import type { Engine } from './engine.ts'
import type { TaskEntry } from './entry.ts'
import { newAlarm } from './entry.ts'
import { EntryFacts } from './task-facts.ts'

/** Asks the rules of tasks, and hands their answers to the kernel, which decides what they mean. */
export class HealthDesk {
  readonly #engine: Engine
  /** What rules threw, until it is told. */
  readonly #faults = new Map<string, unknown>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Asks all rules of `entry`. @param runEnded - because a run has ended, and not because time has passed */
  judge(entry: TaskEntry, now: Now, runEnded: boolean): void {
    const { state, rules } = entry
    const { phase } = this.#engine.kernel
    // A task that is being stopped is not unwell.
    if (phase === 'stopping' || phase === 'stopped') return
    if (state.removed || state.mode === 'registered' || rules.length === 0) return
    if (state.paused || state.standby) return this.#suspend(entry)
    const facts = new EntryFacts(entry, now)
    const judged: JudgedRule[] = []
    let isPlain =
      state.health?.status === 'healthy' &&
      state.health.lives === undefined &&
      state.health.flap === undefined
    let recheckMs = Number.POSITIVE_INFINITY
    let isSilent = false
    for (const rule of rules) {
      const judgement = this.#ask(rule, facts, entry)
      if (rule.judgesSilence && judgement.kind === 'bad') isSilent = true
      if (judgement.kind === 'bad' || judgement.kind === 'failed') isPlain = false
      if (judgement.kind !== 'failed') recheckMs = Math.min(recheckMs, judgement.recheckInMs ?? recheckMs)
      judged.push({ rule: rule.name, life: rule.life, restarts: rule.restarts, judgement })
    }
    if (isPlain) return this.recheck(entry, recheckMs, now)
    this.#engine.dispatch({
      type: 'judged',
      task: entry.info.name,
      rules: judged,
      seen: isSeen(entry),
      runEnded,
      progress: !isSilent && makesProgress(entry, now),
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
    const life = entry.state.health?.lives?.find((other) => other.rule === rule.name)
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

/** A beat so lately that nobody would call the run hung. */
function makesProgress(entry: TaskEntry, now: Now): boolean {
  const limitMs = Math.max(600_000, 3 * (entry.info.schedule.periodMs ?? 0))
  for (const run of entry.runs?.values() ?? []) {
    if (run.outcome === undefined && run.beats > 0 && now.loop - run.beatLoop <= limitMs) return true
  }
  return false
}

/** Whether there is enough to call a task healthy: a run has ended, or a loop is up. */
function isSeen(entry: TaskEntry): boolean {
  if (entry.lastRun !== undefined && entry.info.schedule.kind !== 'loop') return true
  if (entry.info.schedule.kind !== 'loop' || liveRuns(entry.state) === 0) return entry.lastRun !== undefined
  for (const run of entry.runs?.values() ?? []) {
    if (run.outcome === undefined && (run.state.isReady || !entry.schedule.rules.gatesReady)) return true
  }
  return false
}
