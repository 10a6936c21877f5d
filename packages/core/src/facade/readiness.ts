import type { KernelLoop } from '../shell/kernel-loop.ts'
import type { Monitor } from '../shell/monitor.ts'
import type { Stopper } from '../shell/stopper.ts'
import type { TaskRecord } from '../shell/task-record.ts'

/** An answer with its reasons, as probes give it. */
export interface ProbeVerdict {
  readonly ok: boolean
  readonly reasons: readonly string[]
}

/** Whether the process is alive and ready, for whoever decides about it from outside. */
export class Readiness {
  readonly #kernelLoop: KernelLoop
  readonly #stopper: Stopper
  readonly #monitor: () => Monitor
  /** Names whose gate has opened, for good: also for a task that has the name later. */
  readonly #passed = new Set<string>()
  /** Once ready, only a stop makes it not ready. */
  #hasBeenReady = false

  constructor(kernelLoop: KernelLoop, stopper: Stopper, monitor: () => Monitor) {
    this.#kernelLoop = kernelLoop
    this.#stopper = stopper
    this.#monitor = monitor
  }

  /** False only while a task has escalated, or when the monitor is dead; never because runs fail. */
  live(): ProbeVerdict {
    const reasons = this.#stopper.notLive.map((task) => `task '${task}' is given up and escalates`)
    if (this.#monitor().isDead) reasons.push('the monitor has stopped ticking')
    return { ok: reasons.length === 0, reasons }
  }

  ready(): ProbeVerdict {
    const { phase } = this.#kernelLoop.kernel
    if (phase === 'new') return { ok: false, reasons: ['not started'] }
    if (phase !== 'started') return { ok: false, reasons: ['stopping'] }
    if (this.#hasBeenReady) return { ok: true, reasons: [] }
    const reasons = this.gates()
    this.#hasBeenReady = reasons.length === 0
    return { ok: this.#hasBeenReady, reasons }
  }

  /** What readiness waits for. */
  gates(): string[] {
    const reasons: string[] = []
    for (const record of this.#kernelLoop.records.values()) {
      const { info, state, settings } = record
      if (!settings.gatesReadiness || this.#passed.has(info.name)) continue
      // What somebody holds back on purpose must not hold back a rollout.
      if (state.paused || state.standby) continue
      const reason = gateOf(record)
      if (reason === undefined) this.#passed.add(info.name)
      else reasons.push(`task '${info.name}' ${reason}`)
    }
    return reasons
  }
}

function gateOf(record: TaskRecord): string | undefined {
  const { settings, state, info, metrics } = record
  if (settings.readyWhen === 'first-success') {
    return metrics.lastSuccessAt === undefined ? 'has not succeeded yet' : undefined
  }
  if (info.schedule.restarts) return record.readonlyExtras.wasReady ? undefined : 'has not called ready() yet'
  return state.mode === 'registered' ? 'is not armed yet' : undefined
}
