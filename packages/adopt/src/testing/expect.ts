/** Uses no test runner, so that every runner can be used. */
export function expectSame(what: string, actual: unknown, expected: unknown): void {
  const [received, wanted] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (received !== wanted) throw new Error(`Expected ${what} to be ${wanted}, got ${received}`)
}

export function expectTrue(what: string, holds: boolean): void {
  if (!holds) throw new Error(`Expected ${what}`)
}
