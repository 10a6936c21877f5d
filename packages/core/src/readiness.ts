import type { Monitor } from './monitor.ts'
import type { Engine } from './run/engine.ts'
import type { TaskEntry } from './run/entry.ts'
import type { Stopper } from './run/stopper.ts'

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
      if (!entry.traits.gatesReadiness || entry.hasPassed) continue
      const reason = gateOf(entry)
      if (reason === undefined) entry.hasPassed = true
      else reasons.push(`task '${entry.info.name}' ${reason}`)
    }
    return reasons
  }
}

function gateOf(entry: TaskEntry): string | undefined {
  const { traits, state, info, metrics } = entry
  if (traits.readyWhen === 'first-success') {
    return metrics.lastSuccessAt === undefined ? 'has not succeeded yet' : undefined
  }
  if (info.schedule.kind === 'loop') {
    for (const run of entry.runs?.values() ?? []) if (run.state.isReady) return undefined
    return 'has not called ready() yet'
  }
  return state.mode === 'registered' ? 'is not armed yet' : undefined
}
