import type { RestartMode } from './policy.ts'

interface ModeRow {
  readonly afterReturn: boolean
  /** Whether a loop is restarted after any end except a return. */
  readonly afterFailure: boolean
  /** Completes "It is restarted …". */
  readonly text: string
}

/** To add a mode, add its name to {@link RestartMode} and a row here. */
export const modeTable: Readonly<Record<RestartMode, ModeRow>> = {
  always: { afterReturn: true, afterFailure: true, text: 'whenever it ends' },
  'on-failure': { afterReturn: false, afterFailure: true, text: 'unless it returned' },
  never: { afterReturn: false, afterFailure: false, text: 'never' },
}

export const restartModes = Object.keys(modeTable) as readonly RestartMode[]
