import type { Planning } from '../schedule/schedule.ts'

interface TaskKindRow {
  /** Whether the next slot is planned as soon as the task is armed. */
  readonly plansSlots: boolean
  /** Whether the next slot is planned when the last run has ended. */
  readonly plansAfterRun: boolean
  /** Whether a slot that must not run now is held, because no other slot follows. */
  readonly holdsSlot: boolean
  readonly finishesOnSuccess: boolean
  /** A run starts when the task is armed. The restart policy decides what follows. */
  readonly restarts: boolean
  /** Whether a slot waits for its host to start the run. */
  readonly awaitsRuns: boolean
  /** Whether the supervisor calls the function itself. Otherwise an aborted run has unlimited time to end. */
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
