import { DuplicateTaskError, InvalidOptionError, UnknownTaskError, WrongStateError } from '../../src/index.ts'

/** Some calls may be refused, by the errors that are documented for that; others are not let pass. */
export function refusable(call: () => void): void {
  try {
    call()
  } catch (error) {
    expectRefusal(error)
  }
}

export function expectRefusal(error: unknown): void {
  const isRefusal =
    error instanceof DuplicateTaskError ||
    error instanceof InvalidOptionError ||
    error instanceof UnknownTaskError ||
    error instanceof WrongStateError
  if (!isRefusal) throw error
}
