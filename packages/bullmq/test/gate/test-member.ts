import type {
  FleetHost,
  FleetMember,
  FleetRecord,
  FleetResult,
  FleetRun,
  FleetRunning,
  FleetTask,
} from '@runwell/core/adapter'
import { bullmqFleet } from '../../src/bullmq-fleet.ts'
import type { BullmqFleetOptions } from '../../src/options.ts'

export interface TestRun extends FleetRun {
  readonly instanceId: string
  isLost: boolean
  isReplaced: boolean
  end(result?: Partial<FleetResult & { started: true }>): void
  refuse(): void
}

let members = 0

/** A member without a supervisor. The test decides how its runs end. */
export class TestMember implements FleetHost {
  readonly instanceId: string
  readonly supervisor = 'test'
  /** By how many milliseconds the wall clock of this member is ahead of the real time. */
  aheadMs = 0
  readonly clock: FleetHost['clock'] = {
    now: () => Date.now() + this.aheadMs,
    monotonic: () => performance.now(),
    awake: () => performance.now(),
    timer: () => ({ cancel() {}, setRef() {} }),
    watchBlocks: () => () => {},
  }
  readonly runs: TestRun[] = []
  readonly dropped: (readonly [task: string, slots: readonly number[], reason: string])[] = []
  readonly records = new Map<string, FleetRecord>()
  readonly warnings: string[] = []
  readonly member: FleetMember
  isUp = false
  lastError: unknown
  onRun: (run: TestRun) => void = () => {}

  constructor(options: BullmqFleetOptions) {
    members += 1
    this.instanceId = `m${members}-${process.pid}`
    this.member = bullmqFleet({ takeOverWithin: '10s', pollEvery: '50ms', ...options }).join(this)
  }

  run(run: FleetRun): FleetRunning {
    const startedAt = Date.now()
    let resolve: (result: FleetResult) => void = () => {}
    const result = new Promise<FleetResult>((done) => {
      resolve = done
    })
    const live: TestRun = {
      ...run,
      instanceId: this.instanceId,
      isLost: false,
      isReplaced: false,
      end: (more = {}) =>
        resolve({
          started: true,
          runId: `${this.instanceId}/${run.slot ?? 'request'}`,
          instanceId: this.instanceId,
          outcome: 'succeeded',
          startedAt,
          endedAt: Date.now(),
          ...more,
        }),
      refuse: () => resolve({ started: false, reason: 'standby' }),
    }
    this.runs.push(live)
    this.onRun(live)
    return {
      result,
      attempt: () => ({
        instanceId: this.instanceId,
        runId: `${this.instanceId}/${run.slot ?? 'request'}`,
        attempt: run.attempt,
        startedAt,
        annotations: undefined,
      }),
      lose: () => {
        live.isLost = true
      },
      replace: () => {
        live.isReplaced = true
        live.end({ outcome: 'cancelled' })
      },
    }
  }

  know(tasks: ReadonlyMap<string, FleetRecord>): void {
    for (const [task, record] of tasks) this.records.set(task, record)
  }

  drop(task: string, slots: readonly number[], reason: string): void {
    this.dropped.push([task, slots, reason])
  }

  down(error: unknown): void {
    this.isUp = false
    this.lastError = error
  }

  up(): void {
    this.isUp = true
  }

  warn(text: string): void {
    this.warnings.push(text)
  }

  define(task: string, more: Partial<FleetTask> = {}): void {
    this.member.define({
      task,
      version: undefined,
      startedAt: Date.now(),
      schedule: 'every 1 s',
      fingerprint: 'a',
      overlap: 'skip',
      limit: 1,
      catchUpMs: 60_000,
      ...more,
    })
  }

  offer(task: string, slot: number, until = Date.now() + 60_000): ReturnType<FleetMember['offer']> {
    return this.member.offer({ task, slot, until, carrier: undefined, waits: false, schedule: 'every 1 s' })
  }

  close(): Promise<unknown> {
    for (const run of this.runs) run.end()
    return this.member.close(new Date(Date.now() + 2_000))
  }
}
