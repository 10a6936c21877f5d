/** Calls `act` and returns its result. If it throws, for example because options are invalid, calls `undo` first. */
export function orUndo<Result>(act: () => Result, undo: () => unknown): Result {
  try {
    return act()
  } catch (error) {
    void undo()
    throw error
  }
}
