import type { Planning } from '../schedule/schedule.ts'

interface TaskKindRow {
  /** Whether the first slot is planned as soon as the supervisor starts the task. */
  readonly plansSlots: boolean
  /** Whether the next slot is planned only while no run is active. */
  readonly plansAfterRun: boolean
  /** Whether a slot that must not run now waits instead of being skipped. */
  readonly holdsSlot: boolean
  readonly finishesOnSuccess: boolean
  /** A run starts together with the task. After each run, the restart policy decides whether another run starts. */
  readonly restarts: boolean
  /** Whether a slot waits for the host to start the run. */
  readonly awaitsRuns: boolean
  /**
   * Whether the supervisor itself calls the function of the task. Otherwise, an aborted run may take any time to end.
   */
  readonly canAbort: boolean
}

const plain: TaskKindRow = {
  plansSlots: false,
  plansAfterRun: false,
  holdsSlot: false,
  finishesOnSuccess: false,
  restarts: false,
  awaitsRuns: false,
  canAbort: true,
}

export const taskKinds: Readonly<Record<Planning, TaskKindRow>> = {
  slots: { ...plain, plansSlots: true },
  delay: { ...plain, plansSlots: true, plansAfterRun: true },
  once: { ...plain, plansSlots: true, holdsSlot: true, finishesOnSuccess: true },
  loop: { ...plain, restarts: true },
  manual: plain,
  call: { ...plain, canAbort: false },
  awaited: { ...plain, plansSlots: true, awaitsRuns: true, canAbort: false },
  connection: { ...plain, canAbort: false },
}
