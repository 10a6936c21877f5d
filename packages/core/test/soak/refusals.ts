import { DuplicateTaskError, InvalidOptionError, UnknownTaskError, WrongStateError } from '../../src/index.ts'

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
