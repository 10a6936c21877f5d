import type { TaskConfig } from '../../src/kernel/state.ts'
import type { ResolvedRestart } from '../../src/restart/policy.ts'
import type { Call, ModelStopSpec, ModelTaskSpec } from './configuration.ts'
import { tickMs } from './configuration.ts'

export function ticks(count: number): number {
  return count * tickMs
}

export function restartPolicy(options: Partial<ResolvedRestart> = {}): ResolvedRestart {
  return {
    mode: 'always',
    backoff: { initialMs: ticks(1), factor: 2, maxMs: ticks(2), jitter: 0 },
    stableAfterMs: ticks(3),
    budget: { restarts: 2, withinMs: ticks(4) },
    exhausted: 'park',
    park: { firstMs: ticks(2), maxMs: ticks(4) },
    when: undefined,
    ...options,
  }
}

export const flatBackoff: ResolvedRestart['backoff'] = {
  initialMs: ticks(1),
  factor: 1,
  maxMs: ticks(1),
  jitter: 0,
}

const plain: TaskConfig = {
  planning: 'slots',
  priority: 'normal',
  dependsOn: [],
  overlap: 'skip',
  limit: 1,
  timeoutMs: Number.POSITIVE_INFINITY,
  abortGraceMs: ticks(1),
  allowAbandoned: 0,
  misfire: 'coalesce',
  catchUpMs: ticks(2),
  catchUpGiven: false,
  restart: restartPolicy({ mode: 'never' }),
  retry: undefined,
  flapMs: ticks(2),
}

interface SpecOptions {
  readonly periodMs?: number
  readonly jitterMs?: number
  readonly calls?: readonly Call[]
  readonly keep?: boolean
  readonly other?: { readonly config: Partial<TaskConfig>; readonly periodMs: number }
}

export function task(name: string, config: Partial<TaskConfig>, options: SpecOptions = {}): ModelTaskSpec {
  const { periodMs = ticks(2), jitterMs = 0, calls = [], keep = false, other } = options
  const whole = { ...plain, ...config }
  return {
    name,
    config: whole,
    periodMs,
    jitterMs,
    keep,
    calls,
    other: other && { config: { ...whole, ...other.config }, periodMs: other.periodMs },
  }
}

export function loopTask(
  name: string,
  restart: Partial<ResolvedRestart>,
  config: Partial<TaskConfig> = {},
  calls: readonly Call[] = [],
): ModelTaskSpec {
  return task(name, { planning: 'loop', restart: restartPolicy(restart), ...config }, { calls })
}

export function stopSpec(options: Partial<ModelStopSpec> = {}): ModelStopSpec {
  return {
    deadlineMs: ticks(6),
    classGraceMs: ticks(2),
    reserveMs: ticks(1),
    flushMs: ticks(1),
    drain: false,
    quietWithinMs: 0,
    hurryMs: undefined,
    fromOutside: true,
    ...options,
  }
}
