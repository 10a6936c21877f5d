import type { HealthState } from '../../src/health/step-health.ts'
import type { HostState } from '../../src/kernel/host-state.ts'
import type { KernelTask, RunRequest, RunState, ShutdownState } from '../../src/kernel/state.ts'
import type { RestartLedger } from '../../src/restart/ledger.ts'
import type { ResolvedRestart } from '../../src/restart/policy.ts'
import { tickMs } from './configuration.ts'
import { Pen } from './pen.ts'
import { ticks } from './specs.ts'
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
import { indexOf, periodOf } from './world.ts'

const pen = new Pen()
const oldest = { ran: ticks(8), decided: ticks(5), waiting: ticks(4) }
const noRun: ModelRun = { task: 0, alarm: 0, isLive: false, hasOutcome: false, isFormer: false, requestId: 0 }

/** The key contains everything that decisions of the kernel and invariants can depend on. */
export function encode(world: World): string {
  const { kernel, configuration } = world
  pen.start(world.now)
  pen.write(phases.code(kernel.phase))
  pen.times(kernel.restartTimes.filter((at) => at >= world.now))
  for (const [index, { name, config }] of configuration.tasks.entries()) {
    const model = world.tasks[index]
    const record = kernel.tasks.get(name)
    if (model) writeModelTask(model, world.now, anchorOf(world, index, model), config.restart.budget.withinMs)
    pen.flag(record !== undefined)
    if (record) writeTask(world, record)
  }
  const isOver = kernel.phase === 'stopped'
  pen.flag(kernel.shutdown !== undefined && !isOver)
  if (kernel.shutdown && !isOver) writeShutdown(world, kernel.shutdown)
  pen.time(world.stopAlarm)
  pen.flag(world.stop !== undefined)
  if (world.stop) writeStop(world.stop)
  return pen.end()
}

function anchorOf(world: World, index: number, { anchor }: ModelTask): number {
  const kind = world.kernel.tasks.get(world.configuration.tasks[index]?.name ?? '')?.config.planning
  if (kind === 'slots' || kind === 'awaited')
    return world.now - ((world.now - anchor) % periodOf(world, index))
  return kind === 'once' ? anchor : world.now
}

function writeModelTask(task: ModelTask, now: number, anchor: number, windowMs: number): void {
  pen.time(task.alarm)
  pen.time(anchor, oldest.waiting)
  pen.write(task.plansOwed)
  pen.flag(task.isRegistered)
  pen.flag(task.isRescheduled)
  pen.write(task.restarts.length)
  for (const at of task.restarts) pen.time(at, windowMs + tickMs)
  pen.time(task.backoffUntil < now ? Number.NEGATIVE_INFINITY : task.backoffUntil)
  pen.time(task.lastRunSlot, oldest.ran)
  pen.flag(task.isOpen)
}

function writeHost({ open, takenEarly, stop }: HostState): void {
  pen.write(hostStops.code(stop))
  pen.time(takenEarly, oldest.waiting)
  pen.times(open.map(({ until }) => until))
  for (const [at, { slot }] of open.entries()) pen.time(slot, oldest.waiting + ticks(open.length - 1 - at))
}

function writeTask(world: World, task: KernelTask): void {
  const { config } = task
  pen.write(modes.code(task.mode))
  pen.write((task.paused ? 1 : 0) + (task.standby ? 2 : 0) + (task.removed ? 4 : 0) + (task.held ? 8 : 0))
  pen.time(task.slotDueAt === Number.POSITIVE_INFINITY && !task.held ? undefined : task.slot, oldest.waiting)
  pen.time(task.slotDueAt)
  pen.time(task.lastSlot, oldest.decided)
  pen.time(task.wakeAt)
  pen.time(task.armedAt)
  pen.time(task.pausedUntil)
  pen.flag(task.generation > 0)
  pen.flag(task.queued !== undefined)
  if (task.queued) writeRequest(task.queued)
  const backlog = task.backlog ?? []
  pen.write(backlog.length)
  for (const [at, slot] of backlog.entries()) pen.time(slot, oldest.waiting + ticks(backlog.length - 1 - at))
  if (task.host) writeHost(task.host)
  pen.flag(task.ledger !== undefined)
  if (task.ledger) writeLedger(task.ledger, config.restart)
  pen.flag(task.health !== undefined)
  if (task.health) writeHealth(task.health)
  const runs = task.runs
  pen.write(runs?.length ?? 0)
  if (!runs) return
  const past = config.planning === 'loop' ? config.restart.stableAfterMs : 0
  for (const run of runs) {
    writeRun(run, past)
    writeModelRun(world.runs.get(run.id) ?? noRun)
  }
}

function writeRequest({ trigger, slot, requestId }: RunRequest): void {
  pen.write(triggerWords.code(trigger))
  pen.time(slot, oldest.waiting)
  pen.flag(requestId !== 0)
}

function writeLedger({ streak, log, parks }: RestartLedger, policy: ResolvedRestart): void {
  const { backoff, park, budget } = policy
  pen.write(Math.min(streak, doublings(backoff.initialMs, backoff.maxMs, backoff.factor)))
  pen.write(Math.min(parks, doublings(park.firstMs, park.maxMs, 2)))
  pen.write(log.length)
  for (const at of log) pen.time(at, budget.withinMs + tickMs)
}

function doublings(from: number, to: number, factor: number): number {
  let count = 0
  for (let value = from; value < to && factor > 1; value *= factor) count += 1
  return count
}

function writeHealth({ status, verdict, known, episodes }: HealthState): void {
  pen.write(statuses.code(status))
  pen.write(statuses.code(verdict))
  pen.flag(known)
  pen.write(episodes?.length ?? 0)
  for (const life of episodes ?? []) {
    pen.write(lifePhases.code(life.phase))
    pen.write((life.threw ? 1 : 0) + (life.lost ? 2 : 0))
  }
}

function writeRun(run: RunState, past: number): void {
  pen.write(triggerWords.code(run.trigger))
  pen.write((run.trial ? 1 : 0) + (run.askedStop ? 2 : 0) + (run.isReady ? 4 : 0) + (run.outdated ? 8 : 0))
  pen.time(run.ranMs === undefined ? run.startedAt : undefined, past)
  pen.write(run.ranMs === undefined ? undefined : Math.min(run.ranMs, past))
  pen.write(run.attempt)
  pen.write(run.firstAttempt)
  pen.write(runPhases.code(run.phase))
  pen.time(run.phaseEndsAt)
  pen.write(abortCauses.code(run.abortedFor))
  pen.write(causes.code(run.restartCause))
}

function writeModelRun(run: ModelRun): void {
  pen.time(run.alarm)
  const flags = (run.isLive ? 1 : 0) + (run.hasOutcome ? 2 : 0) + (run.requestId === 0 ? 0 : 4)
  pen.write(flags + (run.isFormer ? 8 : 0))
}

function writeShutdown(world: World, shutdown: ShutdownState): void {
  pen.time(shutdown.deadline)
  pen.write(shutdown.current + 1)
  pen.time(shutdown.classDeadline)
  pen.time(shutdown.abortAt)
  pen.flag(shutdown.aborting)
  pen.flag(shutdown.isExtended)
  const bits = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + 2 ** indexOf(world, name), 0)
  pen.write(shutdown.classes.length)
  for (const names of shutdown.classes) pen.write(bits(names))
  pen.write(bits(shutdown.ending))
}

function writeStop(stop: ModelStop): void {
  pen.write((stop.isQuiet ? 1 : 0) + (stop.isEnded ? 2 : 0) + (stop.isHurried ? 4 : 0))
  if (stop.isEnded) return
  pen.time(stop.deadline)
  pen.time(stop.isQuiet ? undefined : stop.quietBy)
  pen.write(stop.scale)
}
