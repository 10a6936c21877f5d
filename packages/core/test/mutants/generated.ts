import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Stryker } from '@stryker-mutator/core'
import { Workbench } from './trial.ts'

type StrykerResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number]

/** A folder of `src` in which Stryker creates mutants (small faults), and the tests that must notice the mutants. */
export interface Field {
  readonly folder: string
  readonly tests: readonly string[]
  /** The timeout of one test. If a mutant makes a test exceed it, the mutant counts as noticed and as endless. */
  readonly patienceMs: number
  /** Whether all test files use the same loaded modules of core. No module may then keep state between test files. */
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

/** A mutant that no test noticed. */
export interface Survivor {
  /** Relative to `src`. */
  readonly file: string
  /** The original lines in which the mutant changes something, joined into one line with single spaces. */
  readonly from: string
  /** The same lines with the mutant, joined in the same way. */
  readonly to: string
  readonly isCovered: boolean
}

/** How many mutants of one file were noticed, survived or were not tried. */
export interface Count {
  readonly file: string
  noticed: number
  /** How many of the noticed mutants were noticed by a timeout. */
  endless: number
  survived: number
  /**
   * How many mutants were not tried. They change code that runs when a module is loaded, and the tests load each module
   * only once.
   */
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
 * Lets Stryker mutate a folder in a copy of core and run the tests that cover each mutant.
 *
 * @param how - `anew` discards the results of earlier runs, which are otherwise reused for unchanged code and tests;
 *   `part` limits the files below the folder, and optionally the lines, like Stryker's `mutate`
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
    process.chdir(workbench.folder) // Stryker reads its files from there
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
      // With a shorter timeout, a slow test run on a busy machine would count as an endless loop.
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

/**
 * Returns a Vitest configuration with which property tests use the same random values each time. With other values,
 * other mutants would survive.
 */
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
