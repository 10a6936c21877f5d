import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** If one of these test files started last, the other workers would wait for it. */
const longest = ['with-opentelemetry', 'process', 'start-telemetry', 'year', 'soak', 'model', 'cron-oracle']

/** Isolated files come first, because Vitest shares a worker only between consecutive files that are not isolated. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((one, other) => rankOf(one) - rankOf(other))
  }
}

function rankOf({ moduleId, project }: TestSpecification): number {
  // The demo mostly waits, so it runs beside the files that are not isolated.
  if (moduleId.endsWith('/demo.test.ts')) return longest.length + 1
  const place = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`))
  const rank = place === -1 ? longest.length : place
  return project.config.isolate ? rank : rank + longest.length + 2
}
