export class Checks {
  failed = 0
  passed = 0

  /** @param look - throws if the check fails; otherwise its result is printed */
  async check(name: string, look: () => Promise<string | undefined>): Promise<void> {
    try {
      const detail = await look()
      this.passed += 1
      console.log(`ok     ${name}${detail === undefined ? '' : `: ${detail}`}`)
    } catch (error) {
      this.failed += 1
      console.log(`FAILED ${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

export function expect(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message)
}
