import type { RestartMode } from './policy.ts'

interface ModeRow {
  readonly afterReturn: boolean
  /** Whether the mode restarts a loop after every end except a normal return. */
  readonly afterFailure: boolean
  /** Completes the sentence "It is restarted …". */
  readonly text: string
}

/** A new mode needs its name in {@link RestartMode} and a row in this table. */
export const modeTable: Readonly<Record<RestartMode, ModeRow>> = {
  always: { afterReturn: true, afterFailure: true, text: 'whenever it ends' },
  'on-failure': { afterReturn: false, afterFailure: true, text: 'unless it returned' },
  never: { afterReturn: false, afterFailure: false, text: 'never' },
}

export const restartModes = Object.keys(modeTable) as readonly RestartMode[]
