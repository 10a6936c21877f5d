/** Calls `adopt`. If it throws, for example because options are invalid, ends the job of the host with `undo`. */
export function orUndo<Result>(adopt: () => Result, undo: () => unknown): Result {
  try {
    return adopt()
  } catch (error) {
    void undo()
    throw error
  }
}
