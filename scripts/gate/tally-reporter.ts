import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** Prints the line `N passed, N failed, N skipped` at the end, which any CI can read. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length

    // An error outside of all tests fails the test run, but Vitest does not count it as a failed test.
    const unloaded = modules.filter((module) => module.errors().length > 0).length
    const failed = count('failed') + unloaded + errors.length
    process.stdout.write(`\n${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped\n`)
  }
}
