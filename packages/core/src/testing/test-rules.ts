import { aDuration, type Duration, durationFrom, formatMs, msOf, toMs } from '../base/duration.ts'
import {
  anObject,
  anything,
  check,
  checkOptions,
  type OptionTable,
  oneOf,
  reading,
  takes,
  wholeNumber,
} from '../base/options.ts'
import { show } from '../base/show.ts'
import type { TaskInfo } from '../base/task-info.ts'
import { type Outcome, outcomes } from '../base/words.ts'
import { resolveRules } from '../health/default-rules.ts'
import type { TaskFacts } from '../health/facts.ts'
import type { HealthRule, UserRule } from '../health/rule.ts'
import { type HealthStatus, reasonNames, type TaskHealth } from '../health/status.ts'
import type { HealthEffect } from '../health/step-health.ts'
import { every } from '../schedule/every.ts'
import { manual } from '../schedule/manual.ts'
import type { FactsRun } from './rule-facts.ts'
import { RuleTrial } from './rule-trial.ts'

/** One run, or several equal runs. `at` is the time from the start of the test to the first run. */
export interface TestedRun {
  readonly at: Duration
  /** How the run ends. @defaultValue `'succeeded'` */
  readonly outcome?: Outcome | undefined
  /** How long the run takes. With `Infinity`, the run never ends. @defaultValue `0` */
  readonly took?: Duration | undefined
  /** How long after its slot the run starts. @defaultValue `0` */
  readonly lateness?: Duration | undefined
  /** How long the run blocks the event loop. @defaultValue `0` */
  readonly blocked?: Duration | undefined
  /** The time between two calls of `beat()`. @defaultValue no calls */
  readonly beatEvery?: Duration | undefined
  /** The numbers of units that end when the run ends, each at most 10,000. @defaultValue no units */
  readonly units?:
    | { readonly succeeded?: number | undefined; readonly failed?: number | undefined }
    | undefined
  /** The number of equal runs. @defaultValue `1` */
  readonly times?: number | undefined
  /**
   * The time between the starts of two runs.
   * @defaultValue the period of the task; `'1m'` for a task without a period
   */
  readonly every?: Duration | undefined
}

/** The expected health at one instant. Omitted fields are not checked. */
export interface ExpectedVerdict {
  readonly at: Duration
  readonly status?: HealthStatus | undefined
  /** The names of all rules with an open episode or an error, in any order. */
  readonly rules?: readonly string[] | undefined
  readonly flapping?: boolean | undefined
}

/** A test of health rules: the runs of one task and its expected health. */
export interface RuleTest {
  /** The rules to test. @defaultValue the default rules for the task */
  readonly rules?: readonly (HealthRule | UserRule)[] | undefined
  /**
   * The period of the task. The slots are at 0 and at each multiple of the period.
   * @defaultValue none: the task is manual
   */
  readonly period?: Duration | undefined
  /** Properties of the task that the rules read, such as `timeoutMs`. */
  readonly task?: Partial<TaskInfo> | undefined
  readonly runs?: readonly TestedRun[] | undefined
  /** From the time `at` on, these facts replace the computed facts. */
  readonly facts?: readonly ({ readonly at: Duration } & Partial<TaskFacts>)[] | undefined
  readonly expect: readonly ExpectedVerdict[]
}

/** The result of a rule test. `at` is in milliseconds since the start. */
export interface RuleTestResult {
  /** The health at each instant of `expect`. */
  readonly verdicts: readonly { readonly at: number; readonly health: TaskHealth }[]
  /** What a supervisor would have done because of the rules, in order. */
  readonly effects: readonly { readonly at: number; readonly effect: HealthEffect }[]
}

/**
 * Simulates the runs of a task, and compares the health of the task with `expect`. The simulation uses virtual time,
 * so it takes only milliseconds.
 *
 * @throws Error if the health is not as expected. The message has the first difference and the findings.
 * @throws {@link InvalidOptionError} for an invalid test.
 *
 * @example
 * testRules({
 *   rules: [rules.errorRate()],
 *   period: '30s',
 *   runs: [{ at: '0s', outcome: 'failed', times: 10 }],
 *   expect: [{ at: '5m', status: 'unhealthy', rules: ['error-rate'] }],
 * })
 */
export function testRules(test: RuleTest): RuleTestResult {
  checkOptions('testRules', test, testOptions, '')
  check('expect', test.expect, aList)
  const task = reading('testRules', () => taskOf(test))
  const set = (test.facts ?? []).map(({ at, ...facts }, index) => ({
    at: toMs(`facts[${index}].at`, at),
    facts,
  }))
  const trial = new RuleTrial(task, resolveRules(test.rules, task), runsOf(test.runs ?? [], task), set)
  const verdicts = test.expect.map((expected, index) => ({
    expected,
    at: toMs(`expect[${index}].at`, expected.at),
  }))
  verdicts.sort((a, b) => a.at - b.at)
  return {
    verdicts: verdicts.map(({ expected, at }) => {
      const health = trial.playUntil(at)
      compare(at, expected, health)
      return { at, health }
    }),
    effects: trial.effects,
  }
}

const aPeriod = durationFrom(1)
const aList = takes<readonly unknown[]>('a list', Array.isArray)
const listOfObjects = takes<readonly object[]>(
  'a list of objects',
  (value) => Array.isArray(value) && value.every((each) => anObject.fits(each)),
)
const testOptions: OptionTable<RuleTest> = {
  rules: anything,
  period: aPeriod,
  task: anObject,
  runs: aList,
  facts: listOfObjects,
  expect: listOfObjects,
}
const runOptions: OptionTable<TestedRun> = {
  at: aDuration,
  outcome: oneOf(outcomes),
  took: durationFrom(0, Number.POSITIVE_INFINITY),
  lateness: aDuration,
  blocked: aDuration,
  beatEvery: aDuration,
  units: anything, // checked by `repeat`
  times: wholeNumber(1, 1_000_000),
  every: aPeriod,
}
const aNumberOfUnits = wholeNumber(0, 10_000)
const unitOptions: OptionTable<NonNullable<TestedRun['units']>> = {
  succeeded: aNumberOfUnits,
  failed: aNumberOfUnits,
}

function taskOf({ task = {}, period }: RuleTest): TaskInfo {
  const periodMs = period === undefined ? undefined : msOf(period)
  const schedule = periodMs === undefined ? manual().info : every(periodMs).info
  return {
    name: 'task',
    owner: 'app',
    category: 'default',
    priority: 'normal',
    scope: 'instance',
    schedule,
    timeoutMs: undefined,
    runbook: undefined,
    slo: undefined,
    trace: undefined,
    ...task,
  }
}

function runsOf(runs: readonly TestedRun[], task: TaskInfo): readonly FactsRun[] {
  const all = runs.flatMap((run, index) => repeat(`runs[${index}]`, run, task.schedule.periodMs))
  return all.sort((a, b) => a.startAt - b.startAt)
}

function repeat(option: string, run: TestedRun, periodMs: number | undefined): readonly FactsRun[] {
  checkOptions(option, run, runOptions)
  const {
    outcome = 'succeeded',
    took = 0,
    lateness = 0,
    blocked = 0,
    beatEvery = 0,
    times = 1,
    units = {},
  } = run
  checkOptions(`${option}.units`, units, unitOptions)
  const at = toMs(`${option}.at`, run.at)
  const tookMs = msOf(took)
  const everyMs = msOf(run.every ?? periodMs ?? 60_000)
  const alike = {
    outcome,
    latenessMs: msOf(lateness),
    blockedMs: msOf(blocked),
    beatEveryMs: msOf(beatEvery),
    units: { succeeded: units.succeeded ?? 0, failed: units.failed ?? 0 },
  }
  return Array.from({ length: times }, (_, index) => {
    const startAt = at + index * everyMs
    return { ...alike, startAt, endAt: startAt + tookMs }
  })
}

function compare(at: number, expected: ExpectedVerdict, health: TaskHealth): void {
  const { status, rules, flapping } = expected
  if (status !== undefined && status !== health.status)
    fail(at, `status ${show(status)}`, show(health.status), health)
  const names = health.reasons.map((reason) => reason.rule).filter((rule) => !reasonNames.includes(rule))
  const isSame = rules?.length === names.length && names.every((name) => rules.includes(name))
  if (rules !== undefined && !isSame) fail(at, `rules ${list(rules)}`, list(names), health)
  if (flapping !== undefined && flapping !== health.flapping) {
    fail(at, `flapping ${flapping}`, String(health.flapping), health)
  }
}

function list(names: readonly string[]): string {
  return `[${names.join(', ')}]`
}

function fail(at: number, expected: string, got: string, { reasons }: TaskHealth): never {
  const found = reasons.map(
    ({ rule, status, reason, since }) => `\n  ${rule} is ${status} since ${formatMs(since)}: ${reason}`,
  )
  throw new Error(
    `At ${formatMs(at)}: expected ${expected}, got ${got}${found.join('') || '\n  no rule fires'}`,
  )
}
