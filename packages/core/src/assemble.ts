import type { ScheduleInfo } from './base/schedule-info.ts'
import { Externals } from './facade/external.ts'
import { Probes } from './facade/probes.ts'
import { Registry } from './facade/registry.ts'
import { Spawner } from './facade/spawn.ts'
import { StartReminder } from './facade/start-reminder.ts'
import type { ResolvedSupervisor } from './facade/supervisor-options.ts'
import { TaskControl } from './facade/task-control.ts'
import { ConsoleWarnings } from './observe/console-warnings.ts'
import { newInstanceId } from './process/instance-id.ts'
import { Watchdog } from './process/watchdog.ts'
import { BlockAttribution } from './shell/blocking/attribution.ts'
import { ClockJumps } from './shell/clock-jumps.ts'
import { ContextCalls } from './shell/context-calls.ts'
import { EffectRunner } from './shell/effect-runner.ts'
import { FleetLink } from './shell/fleet-link.ts'
import { HealthJudge } from './shell/health-judge.ts'
import { KernelLoop } from './shell/kernel-loop.ts'
import { Monitor } from './shell/monitor.ts'
import { MonitorPulse } from './shell/monitor-pulse.ts'
import { Runner } from './shell/runner.ts'
import { SlotFeed } from './shell/slot-feed.ts'
import { SlotPlanner } from './shell/slot-planner.ts'
import { Stopper } from './shell/stopper.ts'
import { TaskCallbacks } from './shell/task-callbacks.ts'
import { TaskCounts } from './shell/task-counts.ts'

export interface SupervisorParts {
  readonly instanceId: string
  readonly warnings: ConsoleWarnings
  readonly kernelLoop: KernelLoop
  readonly taskCounts: TaskCounts
  readonly registry: Registry
  readonly control: TaskControl
  readonly spawner: Spawner
  readonly externals: Externals
  readonly attribution: BlockAttribution
  readonly stopper: Stopper
  readonly probes: Probes
  readonly startReminder: StartReminder
  readonly monitor: Monitor
  readonly fleet: FleetLink | undefined
  readonly watchdog: Watchdog | undefined
}

export function assemble(options: ResolvedSupervisor): SupervisorParts {
  const { clock, seed, monitorMs } = options
  const instanceId = newInstanceId(options.instanceName)
  const warnings = new ConsoleWarnings(clock)
  const kernelLoop = new KernelLoop(clock, seed, warnings)
  if (options.isDisabled) kernelLoop.observers.mute()
  const taskCounts = new TaskCounts()
  const planner = new SlotPlanner(seed)

  const attribution = new BlockAttribution(kernelLoop)
  const healthJudge = new HealthJudge(kernelLoop)
  const slots = new SlotFeed(kernelLoop, planner, warnings)
  const stopper = new Stopper(kernelLoop, warnings, options.stopDeadlineMs)
  stopper.beforeQuiet = () => kernelLoop.batch(() => slots.skipPassed())
  const names = { instanceId, supervisor: options.name }
  const fleet = options.fleet && new FleetLink(options.fleet, kernelLoop, slots, warnings, names)
  if (fleet) stopper.closeFleet = (leftMs) => fleet.close(leftMs)
  const control = new TaskControl(kernelLoop, planner, slots, fleet)
  const contextCalls = new ContextCalls(kernelLoop, stopper, control, warnings)
  const runner = new Runner(kernelLoop, warnings, planner, contextCalls, attribution, instanceId)

  const registry = new Registry(kernelLoop, taskCounts, options)
  const spawner = new Spawner(kernelLoop, registry, warnings)
  const externals = new Externals({
    kernelLoop,
    registry,
    attribution,
    control,
    contextCalls,
    slots,
    warnings,
    stop: (options) => stopper.stop(options),
  })
  const pulse = new MonitorPulse(clock, monitorMs)
  const probes = new Probes(kernelLoop, stopper, pulse, fleet)
  const monitor = new Monitor(kernelLoop, taskCounts, monitorMs, pulse, probes)
  // `observers: []` without `keepConsole` also switches off the reminder, because the reminder is a console line.
  const isSilent = options.observers?.length === 0 && !options.keepsConsole
  const startReminder = new StartReminder(
    clock,
    () => (isSilent ? 0 : waitingForStart(kernelLoop)),
    (line) => warnings.add(line),
  )
  const watchdog = options.watchdog ? new Watchdog((line) => warnings.add(line)) : undefined

  kernelLoop.connect(
    new EffectRunner({
      kernelLoop,
      warnings,
      callbacks: new TaskCallbacks(kernelLoop, healthJudge, warnings),
      runner,
      planner,
      slots,
      clockJumps: new ClockJumps(kernelLoop, planner, slots),
      healthJudge,
      taskCounts,
      monitor,
      stopper,
      fleet,
      attribution,
      onGone: (record) => registry.remove(record),
    }),
  )
  stopper.onStopped(() => {
    monitor.stop()
    attribution.stop()
    kernelLoop.close()
    watchdog?.disarm()
    warnings.close()
  })

  return {
    instanceId,
    warnings,
    kernelLoop,
    taskCounts,
    registry,
    control,
    spawner,
    externals,
    attribution,
    stopper,
    probes,
    startReminder,
    monitor,
    fleet,
    watchdog,
  }
}

function waitingForStart({ records }: KernelLoop): number {
  const isWaiting = ({ startedBy, hasSlots, restarts }: ScheduleInfo): boolean =>
    startedBy === 'supervisor' || hasSlots || restarts
  return [...records.values()].filter(({ info }) => isWaiting(info.schedule)).length
}
