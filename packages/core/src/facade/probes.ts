import type { FleetLink } from '../shell/fleet-link.ts'
import type { KernelLoop } from '../shell/kernel-loop.ts'
import type { MonitorPulse } from '../shell/monitor-pulse.ts'
import type { Stopper } from '../shell/stopper.ts'
import type { TaskRecord } from '../shell/task-record.ts'

export interface ProbeVerdict {
  readonly ok: boolean
  readonly reasons: readonly string[]
}

export class Probes {
  readonly #kernelLoop: KernelLoop
  readonly #stopper: Stopper
  readonly #pulse: MonitorPulse
  readonly #fleet: FleetLink | undefined
  readonly #passed = new Set<string>()
  #hasBeenReady = false

  constructor(kernelLoop: KernelLoop, stopper: Stopper, pulse: MonitorPulse, fleet: FleetLink | undefined) {
    this.#kernelLoop = kernelLoop
    this.#fleet = fleet
    this.#stopper = stopper
    this.#pulse = pulse
  }

  live(): ProbeVerdict {
    const reasons = this.#stopper.notLive.map(
      (task) => `task '${task}' has used up its restart budget and escalates`,
    )
    if (this.#pulse.isDead) reasons.push('the monitor has stopped ticking')
    return { ok: reasons.length === 0, reasons }
  }

  ready(): ProbeVerdict {
    const { phase } = this.#kernelLoop.kernel
    if (phase === 'new') return { ok: false, reasons: ['not started'] }
    if (phase !== 'started') return { ok: false, reasons: ['stopping'] }
    if (this.#fleet?.fleet.gatesReadiness && !this.#fleet.isUp) {
      // Without the error of the store: `/readyz` needs no login, and the error may name hosts and users.
      return { ok: false, reasons: [`${this.#fleet.fleet.name} can't be used`] }
    }
    if (this.#hasBeenReady) return { ok: true, reasons: [] }
    const reasons = this.gates()
    this.#hasBeenReady = reasons.length === 0
    return { ok: this.#hasBeenReady, reasons }
  }

  gates(): string[] {
    const reasons: string[] = []
    for (const record of this.#kernelLoop.records.values()) {
      const { info, state, settings } = record
      if (!settings.gatesReadiness || this.#passed.has(info.name)) continue
      // A task that is paused or on standby on purpose must not block a rollout.
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
  return state.mode === 'registered' ? 'has not started yet' : undefined
}
