import type { RestartMode } from './policy.ts'

interface ModeRow {
  /** Whether a generation that returned is followed by another. */
  readonly afterReturn: boolean
  /** Whether a generation that ended in any other way is followed by another. */
  readonly afterFailure: boolean
  /** Completes "It is restarted …", for `explain()`. */
  readonly text: string
}

/** The properties of each {@link RestartMode}. To add a mode, add a row here. */
export const modeTable: Readonly<Record<RestartMode, ModeRow>> = {
  always: { afterReturn: true, afterFailure: true, text: 'whenever it ends' },
  'on-failure': { afterReturn: false, afterFailure: true, text: 'unless it returned' },
  never: { afterReturn: false, afterFailure: false, text: 'never' },
}

export const restartModes = Object.keys(modeTable) as readonly RestartMode[]
