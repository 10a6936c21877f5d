import {
  type Annotations,
  type EventOf,
  every,
  type Observer,
  type Outcome,
  type RunResult,
  type RunScope,
  type SupervisorEvent,
  type TaskInfo,
} from '@runwell/core'

export class FakeSupervisor {
  at = Date.UTC(2026, 10, 24, 12)
  readonly #observer: Observer
  #runs = 0

  constructor(observer: Observer) {
    this.#observer = observer
  }

  register(info: TaskInfo): void {
    this.emit({ type: 'task.registered', task: info.name, info })
  }

  emit(event: Untimed<SupervisorEvent>): void {
    this.#observer.onEvent?.({ ...event, seq: 1, at: this.at } as SupervisorEvent)
  }

  async run(task: TaskInfo, work: () => unknown, how: RunOptions = {}): Promise<EventOf<'run.ended'>> {
    const { runId = `run-${++this.#runs}`, annotations, durationMs = 5, outcome } = how
    const startedAt = this.at
    const scope = scopeOf(task, runId, startedAt)
    const shared = {
      task: task.name,
      info: task,
      runId,
      trigger: 'schedule',
      attempt: 1,
      annotations,
    } as const
    this.emit({
      ...shared,
      type: 'run.started',
      scheduledAt: startedAt,
      latenessMs: 0,
      lateCause: undefined,
      generation: 1,
    })
    let settle: (result: RunResult) => void = () => {}
    const result = new Promise<RunResult>((resolve) => {
      settle = resolve
    })
    let settled: Promise<Error | undefined> = Promise.resolve(undefined)
    this.#observer.aroundRun?.(scope, () => {
      settled = outcomeOf(work)
      return result
    })
    const error = await settled
    const event: EventOf<'run.ended'> = {
      ...shared,
      type: 'run.ended',
      seq: 1,
      at: startedAt + durationMs,
      scheduledAt: startedAt,
      outcome: outcome ?? (error ? 'failed' : 'succeeded'),
      startedAt,
      durationMs,
      syncMs: 1,
      latenessMs: 0,
      generation: 1,
      error,
      abortedFor: how.abortedFor,
      lastBeatAt: undefined,
    }
    this.#observer.onEvent?.(event)
    settle({ outcome: event.outcome, error, durationMs, attempt: 1, abortedFor: how.abortedFor })
    return event
  }

  async units(task: TaskInfo, units: readonly { name: string; work: () => unknown }[]): Promise<void> {
    const runId = `run-${++this.#runs}`
    const base = {
      task: task.name,
      info: task,
      runId,
      trigger: 'startup',
      attempt: 1,
      scheduledAt: undefined,
    } as const
    const begun = units.map(({ name, work }) => {
      let settled: Promise<Error | undefined> = Promise.resolve(undefined)
      let settle: (result: RunResult) => void = () => {}
      const result = new Promise<RunResult>((resolve) => {
        settle = resolve
      })
      const scope = { ...scopeOf(task, runId, this.at), unit: name }
      this.#observer.aroundRun?.(scope, () => {
        settled = outcomeOf(work)
        return result
      })
      return { name, settled, settle }
    })
    await Promise.all(begun.map(({ settled }) => settled))
    for (const { name, settled, settle } of begun) {
      const error = await settled
      const outcome = error ? 'failed' : 'succeeded'
      this.emit({
        ...base,
        type: 'unit.ended',
        annotations: undefined,
        unit: name,
        outcome,
        durationMs: 5,
        error,
      })
      settle({ outcome, error, durationMs: 5, attempt: 1, abortedFor: undefined })
    }
  }

  async flush(ms = 5_000): Promise<void> {
    await this.#observer.flush?.(Date.now() + ms)
  }
}

function scopeOf(task: TaskInfo, runId: string, startedAt: number): RunScope {
  return {
    task,
    runId,
    trigger: 'schedule',
    attempt: 1,
    retries: 0,
    scheduledAt: startedAt,
    startedAt,
    latenessMs: 0,
    generation: 1,
    unit: undefined,
    previous: undefined,
    parent: undefined,
    annotate: () => {},
  }
}

export function runParts(info: TaskInfo, runId: string, { outcome, error, durationMs }: RunResult) {
  const scope = scopeOf(info, runId, 0)
  const shared = {
    seq: 1,
    at: 0,
    task: info.name,
    info,
    runId,
    trigger: 'schedule',
    attempt: 1,
    scheduledAt: 0,
    annotations: undefined,
    latenessMs: 0,
    generation: 1,
  } as const
  const ended: EventOf<'run.ended'> = {
    ...shared,
    type: 'run.ended',
    outcome,
    startedAt: 0,
    durationMs,
    syncMs: 0,
    error,
    abortedFor: undefined,
    lastBeatAt: undefined,
  }
  return { scope, started: { ...shared, type: 'run.started', lateCause: undefined } as const, ended }
}

type Untimed<Event> = Event extends unknown ? Omit<Event, 'at' | 'seq'> : never

export interface RunOptions {
  readonly runId?: string
  readonly annotations?: Annotations
  readonly durationMs?: number
  readonly outcome?: Outcome
  readonly abortedFor?: EventOf<'run.ended'>['abortedFor']
}

async function outcomeOf(work: () => unknown): Promise<Error | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    return error as Error
  }
}

export function taskInfo(name: string, more: Partial<TaskInfo> = {}): TaskInfo {
  return {
    name,
    owner: 'app',
    category: 'default',
    priority: 'normal',
    scope: 'instance',
    schedule: every('10s').info,
    timeoutMs: undefined,
    runbook: undefined,
    slo: undefined,
    trace: undefined,
    ...more,
  }
}

export function fail(message: string): never {
  throw new Error(message)
}
