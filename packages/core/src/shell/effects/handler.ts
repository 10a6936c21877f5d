import type { Now } from '../../base/now.ts'
import type { Effect } from '../../kernel/effect.ts'
import type { KernelTask } from '../../kernel/state.ts'
import type { ConsoleWarnings } from '../../observe/console-warnings.ts'
import type { BlockAttribution } from '../blocking/attribution.ts'
import type { ClockJumps } from '../clock-jumps.ts'
import type { FleetLink } from '../fleet-link.ts'
import type { HealthJudge } from '../health-judge.ts'
import type { KernelLoop } from '../kernel-loop.ts'
import type { Monitor } from '../monitor.ts'
import type { Runner } from '../runner.ts'
import type { SlotFeed } from '../slot-feed.ts'
import type { SlotPlanner } from '../slot-planner.ts'
import type { Stopper } from '../stopper.ts'
import type { TaskCallbacks } from '../task-callbacks.ts'
import type { TaskRecord } from '../task-record.ts'

export interface EffectParts {
  readonly kernelLoop: KernelLoop
  readonly warnings: ConsoleWarnings
  readonly callbacks: TaskCallbacks
  readonly runner: Runner
  readonly planner: SlotPlanner
  readonly slots: SlotFeed
  readonly clockJumps: ClockJumps
  readonly healthJudge: HealthJudge
  readonly monitor: Monitor
  readonly stopper: Stopper
  readonly fleet: FleetLink | undefined
  readonly attribution: BlockAttribution
  onGone(record: TaskRecord): void
}

type EffectOf<Do extends Effect['do']> = Extract<Effect, { do: Do }>

type RecordFor<E extends Effect> = E extends { readonly task: infer Task }
  ? Task extends KernelTask
    ? TaskRecord
    : undefined
  : undefined

export type EffectHandlers<Do extends Effect['do'] = Effect['do']> = {
  readonly [Name in Do]: (record: RecordFor<EffectOf<Name>>, effect: EffectOf<Name>, now: Now) => void
}
