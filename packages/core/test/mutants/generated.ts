import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Stryker } from '@stryker-mutator/core'
import { Workbench } from './trial.ts'

type StrykerResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number]

/** A folder of `src` in which Stryker creates faults, and the tests that must notice them. */
export interface Field {
  readonly folder: string
  readonly tests: readonly string[]
  /** The timeout of one test. A mutant that exceeds it counts as noticed and as endless. */
  readonly patienceMs: number
  /** True if all test files share the loaded modules of core. Then no module may keep state between test files. */
  readonly isShared?: boolean
}

export const fields: readonly Field[] = [
  { folder: 'schedule', tests: ['src/schedule/!(cron-oracle).test.ts'], patienceMs: 30_000 },
  { folder: 'restart', tests: ['src/restart/*.test.ts'], patienceMs: 30_000 },
  { folder: 'health', tests: ['src/health/**/*.test.ts'], patienceMs: 30_000 },
  { folder: 'shutdown', tests: ['src/shutdown/*.test.ts'], patienceMs: 30_000 },
  {
    folder: 'kernel',
    tests: [
      'src/kernel/*.test.ts',
      'test/!(process*|first-import|real-time|endurance|environment|seed-defects).test.ts',
    ],
    patienceMs: 5_000,
    isShared: true,
  },
]

export interface Survivor {
  readonly file: string
  /** The original lines, joined with single spaces. */
  readonly from: string
  readonly to: string
  readonly isCovered: boolean
}

export interface Count {
  readonly file: string
  noticed: number
  /** How many of the noticed mutants were noticed by a timeout. */
  endless: number
  survived: number
  /** Mutants that tests cannot try, because their code runs only when a module is loaded. */
  untried: number
}

export interface FieldResult {
  readonly folder: string
  readonly counts: readonly Count[]
  readonly survivors: readonly Survivor[]
  readonly seconds: number
}

const cache = fileURLToPath(new URL('../../node_modules/.cache/mutants/', import.meta.url))

/**
 * Runs the tests that cover each mutant.
 *
 * @param how - `anew` discards the results of earlier runs. `part` limits the files, like Stryker's option `mutate`
 */
export async function tryGenerated(
  field: Field,
  { anew, part }: { readonly anew: boolean; readonly part: string },
): Promise<FieldResult> {
  const { folder } = field
  const began = performance.now()
  const workbench = await Workbench.make()
  const back = process.cwd()
  try {
    await mkdir(cache, { recursive: true })
    await writeFile(join(workbench.folder, 'vitest.config.mjs'), configOf(field))
    process.chdir(workbench.folder) // Stryker reads the files of the current folder
    const stryker = new Stryker({
      mutate: [`src/${folder}/${part}`, '!src/**/*.test.ts'],
      plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
      testRunner: 'vitest',
      vitest: { configFile: 'vitest.config.mjs', related: false },
      coverageAnalysis: 'perTest',
      ignoreStatic: true,
      inPlace: true,
      disableTypeChecks: false,
      concurrency: 1,
      // With a shorter timeout, a slow test run would wrongly count as an endless loop.
      timeoutMS: 60_000,
      incremental: true,
      incrementalFile: join(cache, `${folder}.json`),
      force: anew,
      reporters: [],
      logLevel: 'warn' as never,
    })
    const results = await stryker.runMutationTest()
    const seconds = (performance.now() - began) / 1_000
    return { folder, ...(await summed(results, join(workbench.folder, 'src/'))), seconds }
  } finally {
    process.chdir(back)
    await workbench.remove()
  }
}

/** Property tests use the same random values each time. With other values, other mutants would survive. */
function configOf({ tests, patienceMs, isShared = false }: Field): string {
  const test = { include: tests, testTimeout: patienceMs, isolate: !isShared }
  return `const seeded = new URL('test/seeded-properties.ts', import.meta.url).pathname
const resolveId = (id, importer) => (id === 'fast-check' && importer !== seeded ? seeded : undefined)
export default { plugins: [{ name: 'seeded', enforce: 'pre', resolveId }], test: ${JSON.stringify(test)} }
`
}

async function summed(
  results: readonly StrykerResult[],
  src: string,
): Promise<Pick<FieldResult, 'counts' | 'survivors'>> {
  const counts = new Map<string, Count>()
  const survivors: Survivor[] = []
  for (const result of results) {
    const file = result.fileName.slice(src.length)
    const count = counts.get(file) ?? { file, noticed: 0, endless: 0, survived: 0, untried: 0 }
    counts.set(file, count)
    switch (result.status) {
      case 'Timeout':
        count.endless += 1
        count.noticed += 1
        break
      case 'Killed':
        count.noticed += 1
        if (/^(Error: )?Test timed out/.test(result.statusReason ?? '')) count.endless += 1
        break
      case 'Survived':
      case 'NoCoverage':
        count.survived += 1
        survivors.push(survivorOf(result, file, await readFile(result.fileName, 'utf8')))
        break
      case 'Ignored':
        count.untried += 1
        break
      default:
        throw new Error(`${file}: a mutant is '${result.status}': ${result.statusReason}`)
    }
  }
  return { counts: [...counts.values()].sort((a, b) => (a.file < b.file ? -1 : 1)), survivors }
}

function survivorOf(result: StrykerResult, file: string, source: string): Survivor {
  const { start, end } = result.location
  const lines = source.split('\n').slice(start.line - 1, end.line)
  const head = lines[0]?.slice(0, start.column - 1) ?? ''
  const tail = lines.at(-1)?.slice(end.column - 1) ?? ''
  const to = `${head}${result.replacement ?? ''}${tail}`
  return { file, from: oneLine(lines.join('\n')), to: oneLine(to), isCovered: result.status === 'Survived' }
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ')
}
