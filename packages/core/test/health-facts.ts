import { type ScheduleKind, scheduleInfo } from '../src/base/schedule-info.ts'
import type { TaskInfo } from '../src/base/task-info.ts'
import type { TaskFacts } from '../src/health/facts.ts'

export function factsOf(facts: Partial<TaskFacts> = {}, task: TaskInfo = taskEvery(30_000)): TaskFacts {
  return {
    task,
    state: 'waiting',
    now: 0,
    armedMs: 0,
    activeMs: facts.armedMs ?? 0,
    runs: 0,
    failures: 0,
    consecutiveFailures: 0,
    lastOutcome: undefined,
    lastDurationMs: undefined,
    lastLatenessMs: undefined,
    sinceSuccessMs: undefined,
    unmetSlots: 0,
    unmetMs: 0,
    activeRuns: facts.oldest === undefined ? 0 : 1,
    oldest: undefined,
    sinceUnitMs: facts.armedMs ?? 0,
    mostSilent: ({ beating = false } = {}) =>
      beating && facts.oldest?.beats === 0 ? undefined : facts.oldest,
    stuckMs: undefined,
    p99Ms: undefined,
    samples: 0,
    recent: () => ({ succeeded: 0, failed: 0 }),
    recentUnits: () => ({ succeeded: 0, failed: 0 }),
    restarts: { inWindow: 0, limit: 0, total: 0, sinceLastMs: undefined },
    givenUp: undefined,
    downMs: undefined,
    blockedMs: 0,
    ...facts,
  }
}

export function taskEvery(periodMs: number | undefined, kind: ScheduleKind = 'every'): TaskInfo {
  return {
    name: 'feeds.poll',
    owner: 'feeds',
    category: 'default',
    priority: 'normal',
    scope: 'instance',
    schedule: scheduleInfo(kind, kind, { periodMs }),
    timeoutMs: undefined,
    runbook: undefined,
    slo: undefined,
    trace: undefined,
  }
}

export function live(ageMs: number): NonNullable<TaskFacts['oldest']> {
  return { runId: 'r-1', ageMs, sinceBeatMs: ageMs, beats: 0 }
}
