import {
  type Annotations,
  every,
  type Observer,
  type Outcome,
  type RunEnded,
  type RunResult,
  type RunScope,
  type SupervisorEvent,
  type TaskInfo,
} from '@runwell/core'

/** Plays the part of a supervisor towards one observer, with hand-made events and no clock but `at`. */
export class Stage {
  /** Wall time of the events. */
  at = Date.UTC(2026, 10, 24, 12)
  readonly #observer: Observer
  #runs = 0

  constructor(observer: Observer) {
    this.#observer = observer
  }

  register(info: TaskInfo): void {
    this.tell({ type: 'task.registered', task: info.name, info })
  }

  /** Tells an event that happens now. */
  tell(event: Untimed<SupervisorEvent>): void {
    this.#observer.onEvent?.({ ...event, at: this.at } as SupervisorEvent)
  }

  /** One run of `task` that does `work`, told as a supervisor tells it. */
  async run(task: TaskInfo, work: () => unknown, how: HowItRuns = {}): Promise<RunEnded> {
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
    this.tell({
      ...shared,
      type: 'run.started',
      scheduledAt: startedAt,
      latenessMs: 0,
      lateCause: undefined,
      generation: 1,
    })
    let tell: (result: RunResult) => void = () => {}
    const told = new Promise<RunResult>((resolve) => {
      tell = resolve
    })
    let settled: Promise<Error | undefined> = Promise.resolve(undefined)
    this.#observer.aroundRun?.(scope, () => {
      settled = settle(work)
      return told
    })
    const error = await settled
    const event: RunEnded = {
      ...shared,
      type: 'run.ended',
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
    tell({ outcome: event.outcome, error, durationMs, attempt: 1, abortedFor: how.abortedFor })
    return event
  }

  /** Units of one loop run that do their work at the same time, told in the order in which they are given. */
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
      let tell: (result: RunResult) => void = () => {}
      const told = new Promise<RunResult>((resolve) => {
        tell = resolve
      })
      const scope = { ...scopeOf(task, runId, this.at), unit: name }
      this.#observer.aroundRun?.(scope, () => {
        settled = settle(work)
        return told
      })
      return { name, settled, tell }
    })
    await Promise.all(begun.map(({ settled }) => settled))
    for (const { name, settled, tell } of begun) {
      const error = await settled
      const outcome = error ? 'failed' : 'succeeded'
      this.tell({
        ...base,
        type: 'unit.ended',
        annotations: undefined,
        unit: name,
        outcome,
        durationMs: 5,
        error,
      })
      tell({ outcome, error, durationMs: 5, attempt: 1, abortedFor: undefined })
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

/** A run that began and ended at once, as its scope and its two events. */
export function runParts(info: TaskInfo, runId: string, { outcome, error, durationMs }: RunResult) {
  const scope = scopeOf(info, runId, 0)
  const shared = {
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
  const ended: RunEnded = {
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

type Untimed<Event> = Event extends unknown ? Omit<Event, 'at'> : never

export interface HowItRuns {
  readonly runId?: string
  readonly annotations?: Annotations
  readonly durationMs?: number
  readonly outcome?: Outcome
  readonly abortedFor?: RunEnded['abortedFor']
}

async function settle(work: () => unknown): Promise<Error | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    return error as Error
  }
}

/** A task of the given name, every ten seconds unless told otherwise. */
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
