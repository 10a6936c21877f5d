// Proves that Biome reports files that break the rules of biome.json.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from '../release/packages.ts'

const plugin = 'plugin'
const globals = 'lint/style/noRestrictedGlobals'
const imports = 'lint/style/noRestrictedImports'
const cycles = 'lint/suspicious/noImportCycles'
const floating = 'async function task() {}\n'

/**
 * The file, its contents, and the rule that must report it. `undefined`: the rules `plugin`, `globals` and `imports`
 * must not report it.
 */
type Case = readonly [string, string, string | undefined]

const cases: readonly Case[] = [
  ['core/src/a1.ts', 'export const at = Date.now()', plugin],
  ['core/src/a2.ts', 'export const at = new Date()', plugin],
  ['core/src/a3.ts', 'export const at = performance.now()', globals],
  ['core/src/a4.ts', 'setTimeout(() => {}, 1)', globals],
  ['core/src/a5.ts', 'setInterval(() => {}, 1)', globals],
  ['core/src/a6.ts', 'setImmediate(() => {})', globals],
  ['core/src/shell/clock.ts', 'export const at = performance.now()', globals],
  ['core/src/base/clock.ts', 'export const at = Date.now() + performance.now()', undefined],
  ['core/src/testing/a.ts', 'export const at = Date.now() + performance.now()', undefined],
  ['core/src/a7.ts', 'export const at = (ms: number): Date => new Date(ms)', undefined],
  ['core/src/d1.ts', "import '@opentelemetry/api'", imports],
  ['core/src/health/d2.ts', "import '@sentry/node'", imports],
  ['core/src/kernel/d3.ts', "import '@opentelemetry/api'", imports],
  ['core/test/d4.test.ts', "import '@runwell/otel'", imports],
  ['core/src/health/d5.ts', "import '@runwell/adopt/timers'", imports],
  ['otel/src/e1.ts', "import '../../core/src/base/clock.ts'", imports],
  ['sentry/src/e2.ts', "import '@runwell/core/src/base/clock.ts'", imports],
  ['adopt/src/e5.ts', "import '../../core/src/base/clock.ts'", imports],
  ['sentry/src/e3.ts', "import '@runwell/core/testing'", undefined],
  ['sentry/src/e4.ts', "import '@runwell/core/adapter'", undefined],
  [
    'core/src/f1.ts',
    "import { b } from './f2.ts'\nexport const a = (): unknown => b",
    'lint/suspicious/noImportCycles',
  ],
  [
    'core/src/f2.ts',
    "import { a } from './f1.ts'\nexport const b = (): unknown => a",
    'lint/suspicious/noImportCycles',
  ],
  [
    'core/src/f3.ts',
    "import type { B } from './f4.ts'\nexport type A = B | 1",
    'lint/suspicious/noImportCycles',
  ],
  [
    'core/src/f4.ts',
    "import type { A } from './f3.ts'\nexport type B = A | 2",
    'lint/suspicious/noImportCycles',
  ],
  ['core/src/g1.ts', `${floating}task()`, 'lint/nursery/noFloatingPromises'],
  ['core/src/g2.ts', `${floating}if (task()) task().catch(() => {})`, 'lint/nursery/noMisusedPromises'],
  ['otel/src/h1.ts', 'export class A {\n  get #b() {\n    return 1\n  }\n  c = () => this.#b\n}', plugin],
  [
    'otel/src/h2.ts',
    'export class A {\n  #b() {\n    return 1\n  }\n  get c() {\n    return this.#b()\n  }\n}',
    undefined,
  ],
  ...['adopt', 'console', 'otel', 'sentry'].flatMap((name): readonly Case[] => [
    [`${name}/src/i1.ts`, "import type { B } from './i2.ts'\nexport type A = B[]", cycles],
    [`${name}/src/i2.ts`, "import type { A } from './i1.ts'\nexport type B = A | 1", cycles],
  ]),
  ['core/src/g3.ts', "console.log('hello')", 'lint/suspicious/noConsole'],
]

const copy = mkdtempSync(join(tmpdir(), 'runwell-lint-'))
try {
  const fired = lint(copy)
  const faults = cases.flatMap(([file, , rule]) => {
    if (rule !== undefined) return fired.has(`${file} ${rule}`) ? [] : [`${file}: ${rule} did not fire`]
    return [plugin, globals, imports]
      .filter((quiet) => fired.has(`${file} ${quiet}`))
      .map((quiet) => `${file}: ${quiet} fired`)
  })
  for (const fault of faults) console.error(fault)
  console.log(`${cases.length} broken and unbroken rules tried, ${faults.length} not as expected`)
  process.exitCode = faults.length === 0 ? 0 : 1
} finally {
  rmSync(copy, { recursive: true, force: true })
}

function lint(dir: string): ReadonlySet<string> {
  const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'))
  writeFileSync(join(dir, 'biome.json'), JSON.stringify({ ...config, vcs: { enabled: false } }))
  cpSync(join(root, 'scripts/lint'), join(dir, 'scripts/lint'), { recursive: true })
  for (const [file, contents] of cases) {
    const path = join(dir, 'packages', file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${contents}\n`)
  }
  const biome = join(root, 'node_modules/.bin/biome')
  const args = ['lint', '--reporter=json', '--max-diagnostics=none', '.']
  // Biome exits with 1, because it finds the expected errors.
  const { stdout } = spawnSync(biome, args, { cwd: dir, encoding: 'utf8' })
  const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly Diagnostic[] }
  return new Set(
    diagnostics.map(({ category, location }) => `${location.path.replace('packages/', '')} ${category}`),
  )
}

interface Diagnostic {
  readonly category: string
  readonly location: { readonly path: string }
}
