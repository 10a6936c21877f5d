import type { Engine } from '../shell/kernel-loop.ts'
import type { Monitor } from '../shell/monitor.ts'
import type { Stopper } from '../shell/stopper.ts'
import type { TaskEntry } from '../shell/task-record.ts'

/** An answer with its reasons, as probes give it. */
export interface ProbeVerdict {
  readonly ok: boolean
  readonly reasons: readonly string[]
}

/** Whether the process is alive and ready, for whoever decides about it from outside. */
export class Readiness {
  readonly #engine: Engine
  readonly #stopper: Stopper
  readonly #monitor: () => Monitor
  /** Names whose gate has opened, for good: also for a task that has the name later. */
  readonly #passed = new Set<string>()
  /** Once ready, only a stop makes it not ready. */
  #hasBeenReady = false

  constructor(engine: Engine, stopper: Stopper, monitor: () => Monitor) {
    this.#engine = engine
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
    const { phase } = this.#engine.kernel
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
    for (const entry of this.#engine.entries.values()) {
      const { info, state, traits } = entry
      if (!traits.gatesReadiness || this.#passed.has(info.name)) continue
      // What somebody holds back on purpose must not hold back a rollout.
      if (state.paused || state.standby) continue
      const reason = gateOf(entry)
      if (reason === undefined) this.#passed.add(info.name)
      else reasons.push(`task '${info.name}' ${reason}`)
    }
    return reasons
  }
}

function gateOf(entry: TaskEntry): string | undefined {
  const { traits, state, info, metrics } = entry
  if (traits.readyWhen === 'first-success') {
    return metrics.lastSuccessAt === undefined ? 'has not succeeded yet' : undefined
  }
  if (info.schedule.kind === 'loop') return entry.rarely.wasReady ? undefined : 'has not called ready() yet'
  return state.mode === 'registered' ? 'is not armed yet' : undefined
}
