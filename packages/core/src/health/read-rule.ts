import { types } from 'node:util'
import { InvalidOptionError } from '../base/errors.ts'
import type { HealthRule, Judgement } from './rule.ts'

/** With this type, TypeScript reports an error if the copy of a rule lacks a property. */
type Every<Rule> = { readonly [Name in keyof Required<Rule>]: Rule[Name] }

const copies = new WeakMap<object, HealthRule>()

/** Copies a rule of the user. Its getters or its proxy then run only once, and not at each evaluation. */
export function readRule(rule: HealthRule): HealthRule {
  if (isPlain(rule)) return rule
  const known = copies.get(rule)
  if (known) return known
  const { name, life, restarts, judgesSilence, ignoresSuccess, changesWithTime, clearsWhileHeld } = rule
  const { describe, judge } = rule
  const { forMs, runs, keepForMs, okRuns } = life
  const copy: HealthRule = Object.freeze({
    name,
    life: Object.freeze({ forMs, runs, keepForMs, okRuns }),
    restarts,
    judgesSilence,
    ignoresSuccess,
    changesWithTime,
    clearsWhileHeld,
    describe: (facts) => describe.call(rule, facts),
    judge: (facts, firing) => readJudgement(name, judge.call(rule, facts, firing)),
  } satisfies Every<HealthRule>)
  copies.set(rule, copy)
  return copy
}

const kinds: ReadonlySet<unknown> = new Set<Judgement['kind']>(['fine', 'bad', 'no-data'])

function readJudgement(rule: string, answer: unknown): Judgement {
  const read = { ...(answer as Judgement) }
  if (kinds.has(read.kind)) return read
  throw new InvalidOptionError(`the return value of ${rule}`, "of kind 'fine', 'bad' or 'no-data'", answer)
}

function isPlain(rule: object): boolean {
  if (types.isProxy(rule) || !Object.isFrozen(rule)) return false
  return Object.values(Object.getOwnPropertyDescriptors(rule)).every(({ get }) => get === undefined)
}
