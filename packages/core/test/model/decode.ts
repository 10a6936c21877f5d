import type { HealthState } from '../../src/health/step-health.ts'
import { newHealth } from '../../src/health/step-health.ts'
import type { HostState } from '../../src/kernel/host-state.ts'
import type { KernelTask, RunRequest, RunState, ShutdownState } from '../../src/kernel/state.ts'
import { newKernel, newTask } from '../../src/kernel/state.ts'
import type { RestartLedger } from '../../src/restart/ledger.ts'
import type { Configuration, ModelTaskSpec } from './configuration.ts'
import { Reading } from './pen.ts'
import {
  abortCauses,
  causes,
  hostStops,
  lifePhases,
  modes,
  phases,
  runPhases,
  statuses,
  triggerWords,
} from './words.ts'
import type { ModelRun, ModelStop, ModelTask, World } from './world.ts'
import { epoch } from './world.ts'

const firstNewRun = 1_000
const firstRunRequestId = 10_000

export function decode(configuration: Configuration, key: string): World {
  const reading = new Reading(key, epoch)
  const kernel = newKernel(1)
  kernel.phase = phases.word(reading.read()) ?? 'new'
  kernel.restartTimes.push(...reading.times())
  kernel.nextRunId = firstNewRun
  const tasks: ModelTask[] = []
  const runs = new Map<number, ModelRun>()
  for (const [index, spec] of configuration.tasks.entries()) {
    const model = readModelTask(reading)
    tasks.push(model)
    if (!reading.flag()) continue
    const config = model.isRescheduled && spec.other ? spec.other.config : spec.config
    kernel.tasks.set(spec.name, readTask(reading, newTask(spec.name, config), index, runs))
  }
  if (reading.flag()) kernel.shutdown = readShutdown(reading, configuration)
  const stopAlarm = reading.time()
  const stop = reading.flag() ? readStop(reading) : undefined
  if (kernel.phase === 'stopped') kernel.shutdown = endedShutdown
  return { configuration, now: epoch, kernel, tasks, runs, stopAlarm, stop }
}

function readModelTask(reading: Reading): ModelTask {
  return {
    alarm: reading.time(),
    anchor: reading.time(),
    plansOwed: reading.read(),
    isRegistered: reading.flag(),
    isRescheduled: reading.flag(),
    restarts: reading.times(),
    backoffUntil: reading.time(),
    lastRunSlot: reading.time(),
    isOpen: reading.flag(),
  }
}

function readTask(
  reading: Reading,
  task: KernelTask,
  index: number,
  runs: Map<number, ModelRun>,
): KernelTask {
  task.mode = modes.word(reading.read()) ?? 'registered'
  const flags = reading.read()
  task.paused = (flags & 1) !== 0
  task.standby = (flags & 2) !== 0
  task.removed = (flags & 4) !== 0
  task.held = (flags & 8) !== 0
  task.slot = reading.maybeTime()
  task.slotDueAt = reading.time()
  task.lastSlot = reading.time()
  task.wakeAt = reading.time()
  task.armedAt = reading.time()
  task.pausedUntil = reading.time()
  const hasBegun = reading.flag()
  if (reading.flag()) task.queued = readRequest(reading, index)
  const backlog = reading.times()
  if (backlog.length > 0) task.backlog = backlog
  if (task.host) readHost(reading, task.host)
  if (reading.flag()) task.ledger = readLedger(reading)
  if (reading.flag()) task.health = readHealth(reading)
  const size = reading.read()
  task.generation = hasBegun ? Math.max(1, size) : 0
  if (size === 0) return task
  task.runs = []
  for (let n = 1; n <= size; n += 1) {
    const id = index * 32 + n
    const run = readRun(reading, id, n)
    task.runs.push(run)
    if (run.phase === 'abandoned') task.abandoned += 1
    runs.set(id, readModelRun(reading, index, id))
  }
  return task
}

function readHost(reading: Reading, host: HostState): void {
  host.stop = hostStops.word(reading.read()) ?? 'none'
  host.takenEarly = reading.maybeTime()
  for (const until of reading.times()) host.open.push({ slot: 0, until })
  for (const [at, { until }] of host.open.entries()) host.open[at] = { slot: reading.time(), until }
}

function readRequest(reading: Reading, index: number): RunRequest {
  return {
    trigger: triggerWords.word(reading.read()) ?? 'manual',
    slot: reading.maybeTime(),
    requestId: reading.flag() ? index + 1 : 0,
  }
}

function readLedger(reading: Reading): RestartLedger {
  return { streak: reading.read(), parks: reading.read(), log: reading.times(), total: 0 }
}

function readHealth(reading: Reading): HealthState {
  const health = newHealth(epoch)
  health.status = statuses.word(reading.read()) ?? 'unknown'
  health.verdict = statuses.word(reading.read()) ?? 'unknown'
  health.known = reading.flag()
  const size = reading.read()
  for (let n = 0; n < size; n += 1) {
    const phase = lifePhases.word(reading.read()) ?? 'pending'
    const flags = reading.read()
    health.episodes = [
      {
        rule: 'rule',
        phase,
        number: 1,
        status: 'unhealthy',
        value: 2,
        limit: 1,
        reason: 'bad',
        since: epoch,
        sinceAwake: epoch,
        runs: 1,
        phaseAwake: epoch,
        noDataAwake: undefined,
        threw: (flags & 1) === 0 ? undefined : 'the rule threw',
        lost: (flags & 2) !== 0,
        dueAwake: undefined,
        restartedRun: undefined,
      },
    ]
  }
  return health
}

function readRun(reading: Reading, id: number, generation: number): RunState {
  const trigger = triggerWords.word(reading.read()) ?? 'manual'
  const flags = reading.read()
  return {
    id,
    trigger,
    slot: undefined,
    shell: undefined,
    generation,
    trial: (flags & 1) !== 0,
    askedStop: (flags & 2) !== 0,
    isReady: (flags & 4) !== 0,
    outdated: (flags & 8) !== 0,
    startedAt: reading.time(),
    ranMs: reading.maybe(),
    attempt: reading.read(),
    firstAttempt: reading.read(),
    phase: runPhases.word(reading.read()) ?? 'running',
    phaseEndsAt: reading.time(),
    abortedFor: abortCauses.word(reading.maybe()),
    restartCause: causes.word(reading.maybe()),
  }
}

function readModelRun(reading: Reading, task: number, id: number): ModelRun {
  const alarm = reading.time()
  const flags = reading.read()
  const requestId = (flags & 4) === 0 ? 0 : firstRunRequestId + id
  const isFormer = (flags & 8) !== 0
  return { task, alarm, isLive: (flags & 1) !== 0, hasOutcome: (flags & 2) !== 0, isFormer, requestId }
}

function readShutdown(reading: Reading, configuration: Configuration): ShutdownState {
  const { classGraceMs = 0, reserveMs = 0, flushMs = 0, drain = false } = configuration.stop ?? {}
  const deadline = reading.time()
  const current = reading.read() - 1
  const classDeadline = reading.time()
  const abortAt = reading.time()
  const aborting = reading.flag()
  const isExtended = reading.flag()
  const names = (): string[] => namesOf(configuration.tasks, reading.read())
  const size = reading.read()
  const classes: string[][] = []
  for (let n = 0; n < size; n += 1) classes.push(names())
  return {
    startedAt: epoch,
    deadline,
    classGraceMs,
    reserveMs,
    flushMs,
    drain,
    classes,
    current,
    classStartedAt: epoch,
    classDeadline,
    abortAt,
    aborting,
    isExtended,
    ending: names(),
  }
}

const endedShutdown: ShutdownState = {
  startedAt: 0,
  deadline: 0,
  classGraceMs: 0,
  reserveMs: 0,
  flushMs: 0,
  drain: false,
  classes: [],
  current: 4,
  classStartedAt: 0,
  classDeadline: 0,
  abortAt: 0,
  aborting: true,
  isExtended: true,
  ending: [],
}

function namesOf(tasks: readonly ModelTaskSpec[], bits: number): string[] {
  return tasks.filter((_, index) => (bits & (2 ** index)) !== 0).map(({ name }) => name)
}

function readStop(reading: Reading): ModelStop {
  const flags = reading.read()
  const state = { isQuiet: (flags & 1) !== 0, isEnded: (flags & 2) !== 0, isHurried: (flags & 4) !== 0 }
  if (state.isEnded) return { deadline: 0, quietBy: 0, scale: 0, ...state }
  const deadline = reading.time()
  const quietBy = reading.maybeTime() ?? Number.POSITIVE_INFINITY
  return { deadline, quietBy, scale: reading.read(), ...state }
}
