import type { TaskInfo } from '../base/task-info.ts'
import { isOpen } from '../health/episode.ts'
import type { TaskFacts } from '../health/facts.ts'
import { halfLifeOf } from '../health/flap.ts'
import { healthOf } from '../health/health-of.ts'
import { ruleThrew } from '../health/judgements.ts'
import type { HealthRule } from '../health/rule.ts'
import type { TaskHealth } from '../health/status.ts'
import { type HealthEffect, type JudgedRule, newHealth, stepHealth } from '../health/step-health.ts'
import { type FactsRun, RunFacts } from './rule-facts.ts'

/** From `at` on, `facts` replace the computed facts. */
export interface SetFacts {
  readonly at: number
  readonly facts: Partial<TaskFacts>
}

/** If several steps have the same time, they happen in this order. */
const kinds = ['end', 'start', 'facts', 'recheck'] as const
interface Happening {
  readonly at: number
  readonly kind: (typeof kinds)[number]
}

export class RuleTrial {
  readonly effects: { readonly at: number; readonly effect: HealthEffect }[] = []
  readonly #task: TaskInfo
  readonly #rules: readonly HealthRule[]
  readonly #facts: RunFacts
  readonly #set: readonly SetFacts[]
  readonly #health = newHealth()
  #ahead: Happening[]
  #hasBeenUp = false
  #recheckAt = Number.POSITIVE_INFINITY

  constructor(
    task: TaskInfo,
    rules: readonly HealthRule[],
    runs: readonly FactsRun[],
    set: readonly SetFacts[],
  ) {
    this.#task = task
    this.#rules = rules
    this.#facts = new RunFacts(task, runs)
    this.#set = set
    this.#ahead = [
      { at: 0, kind: 'facts' },
      ...runs.map(({ startAt }) => ({ at: startAt, kind: 'start' }) as const),
      ...runs.map(({ endAt }) => ({ at: endAt, kind: 'end' }) as const),
      ...this.#set.map(({ at }) => ({ at, kind: 'facts' }) as const),
    ]
    this.#ahead.sort((a, b) => a.at - b.at || kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
  }

  playUntil(at: number): TaskHealth {
    for (let next = this.#next(at); next; next = this.#next(at)) this.#judge(next)
    return healthOf(this.#health, 0, { facts: this.#factsAt(at), rules: this.#rules, heldBy: undefined })
  }

  #next(until: number): Happening | undefined {
    const [first] = this.#ahead
    const at = Math.min(first?.at ?? Number.POSITIVE_INFINITY, this.#recheckAt)
    if (at > until || at === Number.POSITIVE_INFINITY) return undefined
    return first?.at === at ? this.#ahead.shift() : { at, kind: 'recheck' }
  }

  #judge({ at, kind }: Happening): void {
    const { kind: scheduleKind, periodMs } = this.#task.schedule
    const isLoop = scheduleKind === 'loop'
    // The start of a run causes an evaluation only if the task has no period.
    if (kind === 'start' && periodMs !== undefined) return
    const facts = this.#factsAt(at)
    const judged = this.#rules.map((rule) => this.#ask(rule, facts))
    const isUp = isLoop && facts.oldest !== undefined
    this.#hasBeenUp ||= isUp
    const options = {
      halfLifeMs: halfLifeOf(periodMs),
      hasSucceeded: facts.sinceSuccessMs !== undefined || this.#hasBeenUp,
      isFailing: facts.consecutiveFailures > 0 && !isUp,
      runEnded: kind === 'end',
    }

    this.#recheckAt = Number.POSITIVE_INFINITY
    for (const effect of stepHealth(this.#health, judged, { wall: at, mono: at, awake: at }, options)) {
      if (effect.kind === 'recheck') this.#recheckAt = at + effect.inMs
      else this.effects.push({ at, effect })
    }
  }

  #factsAt(at: number): TaskFacts {
    const facts = this.#facts.at(at)
    for (const one of this.#set)
      if (one.at <= at) Object.defineProperties(facts, Object.getOwnPropertyDescriptors(one.facts))
    return facts
  }

  #ask(rule: HealthRule, facts: TaskFacts): JudgedRule {
    const { name, life, restarts } = rule
    const isFiring = isOpen(this.#health.episodes?.find((other) => other.rule === name))
    try {
      return { rule: name, life, restarts, judgement: rule.judge(facts, isFiring) }
    } catch (thrown) {
      return { rule: name, life, restarts, judgement: ruleThrew(thrown) }
    }
  }
}
