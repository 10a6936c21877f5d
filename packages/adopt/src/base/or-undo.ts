import { inspect } from 'node:util'
import { emitProcessWarning, errorText } from '@runwell/core/adapter'

/** Calls `act`. If `act` throws, for example because options are invalid, calls `undo`. */
export function orUndo<Result>(act: () => Result, undo: () => unknown): Result {
  try {
    return act()
  } catch (error) {
    // The async function calls `undo` immediately. If `undo` throws, the promise of the async function rejects.
    const undone = (async () => undo())()
    undone.catch((failure: unknown) =>
      emitProcessWarning(
        `Runwell: a call failed (${textOf(error)}), and undoing it failed too: ${textOf(failure)}`,
      ),
    )
    throw error
  }
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? errorText(thrown) : inspect(thrown)
}
