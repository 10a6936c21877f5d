import {
  type Annotations,
  every,
  type HealthStatus,
  loop,
  type NextRun,
  type Observer,
  type Outcome,
  type RestartCause,
  type RunResult,
  type RunScope,
  type ScheduleInfo,
  type SkipReason,
  type SupervisorEvent,
  type SupervisorView,
  type TaskHealth,
  type TaskInfo,
  type TaskMetrics,
  type TaskView,
} from '@runwell/core'
import { outcomes, restartCauses, skipReasons } from '@runwell/core/adapter'

export class FakeSupervisor {
  readonly tasks = new Map<string, FakeTask>()
  readonly view: SupervisorView
  readonly #observer: Observer
  #runs = 0
  now = 1_000_000
  verdict: { health: HealthStatus; live: boolean; ready: boolean } = {
    health: 'healthy',
    live: true,
    ready: true,
  }

  constructor(observer: Observer, name = 'default') {
    this.#observer = observer
    this.view = {
      name,
      instanceId: 'instance-1',
      startedAt: 1_000_000,
      now: () => this.now,
      tasks: () => this.tasks.values(),
      task: (task) => this.tasks.get(task),
      health: () => this.verdict.health,
      live: () => ({ ok: this.verdict.live, reasons: [] }),
      ready: () => ({ ok: this.verdict.ready, reasons: [] }),
      report: () => {
        throw new Error('not in this fake')
      },
    }
    observer.onSupervisor?.(this.view)
  }

  emit(event: Record<string, unknown> & { type: SupervisorEvent['type'] }): void {
    if (this.#observer.eventTypes?.includes(event.type) === false) return
    const task = event['task']
    const info = typeof task === 'string' ? { info: this.tasks.get(task)?.info } : {}
    this.#observer.onEvent?.({ at: this.now, ...info, ...event } as unknown as SupervisorEvent)
  }

  register(task: FakeTask): FakeTask {
    this.tasks.set(task.name, task)
    this.emit({ type: 'task.registered', task: task.name })
    this.emit({ type: 'task.started', task: task.name })
    return task
  }

  unregister(task: FakeTask): void {
    this.emit({ type: 'task.unregistered', task: task.name })
    this.tasks.delete(task.name)
  }

  run(task: FakeTask, scope: Partial<RunScope> = {}, body: () => unknown = () => {}): FakeRun {
    this.#runs += 1
    return new FakeRun(this, this.#observer, task, `run-${this.#runs}`, scope, body)
  }
}

export class FakeRun {
  readonly #supervisor: FakeSupervisor
  readonly #ended: ((result: RunResult) => void)[] = []
  readonly scope: RunScope
  annotations: Annotations | undefined

  constructor(
    supervisor: FakeSupervisor,
    observer: Observer,
    task: FakeTask,
    runId: string,
    scope: Partial<RunScope>,
    body: () => unknown,
  ) {
    this.#supervisor = supervisor
    this.scope = {
      task: task.info,
      runId,
      trigger: 'schedule',
      attempt: 1,
      retries: 0,
      scheduledAt: undefined,
      startedAt: supervisor.now,
      latenessMs: undefined,
      generation: 1,
      unit: undefined,
      previous: undefined,
      parent: undefined,
      annotate: (annotations) => {
        this.annotations = annotations
      },
      ...scope,
    }
    if (this.scope.unit === undefined) this.#emit('run.started', { latenessMs: this.scope.latenessMs })
    const next = (onEnded?: (result: RunResult) => void): unknown => {
      body()
      if (onEnded === undefined) return new Promise((resolve) => this.#ended.push(resolve))
      return this.#ended.push(onEnded)
    }
    observer.aroundRun?.(this.scope, next as NextRun)
  }

  end(outcome: Outcome = 'succeeded', error?: Error, more: Partial<RunResult> = {}): void {
    const event = { outcome, error, durationMs: 20, attempt: this.scope.attempt, ...more }
    if (this.scope.unit === undefined) this.#emit('run.ended', event)
    else this.#emit('unit.ended', { ...event, unit: this.scope.unit })
    this.settle(outcome, error, more)
  }

  /** Ends the run without an event, as if the observer was detached before the end. */
  settle(outcome: Outcome = 'succeeded', error?: Error, more: Partial<RunResult> = {}): void {
    const { attempt } = this.scope
    const result = { outcome, error, durationMs: 20, attempt, abortedFor: undefined, ...more }
    for (const emitEnd of this.#ended.splice(0)) emitEnd(result)
  }

  emit(type: SupervisorEvent['type'], more: Record<string, unknown> = {}): void {
    this.#emit(type, more)
  }

  #emit(type: SupervisorEvent['type'], more: Record<string, unknown>): void {
    const { task, runId, trigger, scheduledAt, generation } = this.scope
    this.#supervisor.emit({ type, task: task.name, runId, trigger, scheduledAt, generation, ...more })
  }
}

export class FakeTask implements TaskView {
  readonly name: string
  readonly info: TaskInfo
  readonly owner = 'feeds'
  readonly category = 'sync'
  readonly priority = 'high'
  readonly pauseReason = undefined
  readonly pausedUntil = undefined
  readonly pausedBy = undefined
  readonly lastRun = undefined
  state: TaskView['state'] = 'waiting'
  paused = false
  pausedAt: number | undefined
  nextRunAt: number | undefined
  nextRestartAt: number | undefined
  dueAt: number | undefined
  live: { startedAt: number }[] = []
  numbers: TaskMetrics = noMetrics
  verdict: TaskHealth = { status: 'healthy', since: 1_000_000, flapping: false, reasons: [] }

  constructor(name: string, info: Partial<TaskInfo> = {}) {
    this.name = name
    this.info = {
      name,
      owner: 'feeds',
      category: 'sync',
      priority: 'high',
      scope: 'instance',
      schedule: everySecond,
      timeoutMs: undefined,
      runbook: undefined,
      slo: undefined,
      trace: undefined,
      ...info,
    }
  }

  active(): ReturnType<TaskView['active']> {
    return this.live as unknown as ReturnType<TaskView['active']>
  }

  metrics(): TaskMetrics {
    return this.numbers
  }

  health(): TaskHealth {
    return this.verdict
  }

  nextSlots(): [] {
    return []
  }

  history(): [] {
    return []
  }

  successDueAt(): number | undefined {
    return this.dueAt
  }

  restartsLeft(): number | undefined {
    return undefined
  }

  count(more: Partial<TaskMetrics>): void {
    this.numbers = { ...this.numbers, ...more }
  }
}

const everySecond: ScheduleInfo = every('1s').info
export const forEver: ScheduleInfo = loop().info

const noDistribution = { count: 0, sum: 0, min: 0, max: 0, quantile: () => undefined }

export const noMetrics: TaskMetrics = {
  started: 0,
  outcomes: zeros<Outcome>(outcomes),
  settledLate: 0,
  skipped: zeros<SkipReason>(skipReasons),
  missed: 0,
  retries: 0,
  restarts: zeros<RestartCause>(restartCauses),
  gaveUp: 0,
  errors: new Map(),
  consecutiveFailures: 0,
  lastStartedAt: undefined,
  lastEndedAt: undefined,
  lastSuccessAt: undefined,
  lastFailureAt: undefined,
  lastOutcome: undefined,
  lastDurationMs: undefined,
  lastLatenessMs: undefined,
  lastError: undefined,
  success: noDistribution,
  failure: noDistribution,
  lateness: noDistribution,
  recentSuccess: noDistribution,
  recentFailure: noDistribution,
  syncMaxMs: 0,
  syncTotalMs: 0,
  blockedMs: 0,
  units: { succeeded: 0, failed: 0, cancelled: 0 },
  lastBeatAt: undefined,
  afterQuiet: 0,
}

function zeros<Key extends string>(keys: readonly Key[]): Record<Key, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>
}
