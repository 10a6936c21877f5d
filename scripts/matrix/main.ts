// Runs a task with the packed tarballs, on each version of Node and OpenTelemetry. Checks that the span and the
// metrics of each run arrive. Text after `--` selects combinations.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Decoder, loadDecoder } from './decoder.ts'
import { execute } from './execute.ts'
import { installNext, nextApps } from './next.ts'
import * as projects from './projects.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { findFaults } from './telemetry.ts'

interface Cell {
  readonly name: string
  readonly project: string
  readonly node: projects.NodeLine
  readonly args: readonly string[]
  readonly protocol?: 'http/protobuf' | 'http/json'
  readonly prepare?: () => Promise<void>
  /** True if no data can arrive. The program itself checks that it gets a warning. */
  readonly sendsNothing?: boolean
}

interface Compiler {
  readonly extension: 'ts' | 'cts' | 'mts'
  readonly module: string
  readonly resolution: string
}

const compilers: readonly Compiler[] = [
  { extension: 'ts', module: 'commonjs', resolution: 'node10' },
  { extension: 'cts', module: 'node16', resolution: 'node16' },
  { extension: 'mts', module: 'node16', resolution: 'node16' },
  { extension: 'cts', module: 'nodenext', resolution: 'nodenext' },
  { extension: 'mts', module: 'nodenext', resolution: 'nodenext' },
]

const bundlers = ['esbuild', 'webpack', 'rollup', 'ncc']

if (!projects.hasTarballs()) {
  console.error('There are no tarballs in .packs: run `npm run test:matrix`, which packs them first.')
  process.exit(1)
}
const folder = mkdtempSync(join(tmpdir(), 'runwell-matrix-'))
try {
  const began = performance.now()
  await Promise.all([
    projects.installTools(folder),
    ...projects.otelLines.flatMap((line) => [projects.installLine(folder, line), installNext(folder, line)]),
  ])
  const decode = loadDecoder(projects.toolsOf(folder))
  console.log(`installed in ${since(began)}`)
  const chosen = process.argv.slice(2)
  const cells = projects.otelLines
    .flatMap(cellsOf)
    .filter(({ name }) => chosen.length === 0 || chosen.some((text) => name.includes(text)))
  const passed = await runInPairs(cells, decode)
  console.log(
    `${passed} of ${cells.length} combinations passed, ${cells.length - passed} failed, ${since(began)}`,
  )
  if (passed !== cells.length) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function cellsOf(line: projects.OtelLine): readonly Cell[] {
  const project = projects.projectOf(folder, line)
  const cell = (
    what: string,
    node: projects.NodeLine,
    args: readonly string[],
    more: Partial<Cell> = {},
  ) => ({
    name: `Node ${node}, OpenTelemetry ${line.name}, ${what}`,
    project,
    node,
    args,
    ...more,
  })
  // OpenTelemetry's exporters need `import()`, which Jest refuses without `--experimental-vm-modules`.
  const jest = 'node_modules/jest/bin/jest.js'
  return [
    ...line.runsOn.flatMap((node) => [
      cell('ES module', node, ['consumer.mjs'], { protocol: 'http/protobuf' }),
      cell('CommonJS', node, ['consumer.cjs'], { protocol: 'http/json' }),
    ]),
    ...compilers.map((compiler) => {
      const { extension, resolution } = compiler
      const out = `${resolution}-${extension}`
      const program = join(out, `consumer.${extension.replace('ts', 'js')}`)
      const prepare = () => compile(project, out, compiler)
      return cell(`TypeScript ${resolution} .${extension}`, 22, [program], { prepare })
    }),
    ...line.runsOn.flatMap((node) => [
      cell('Jest', node, ['--experimental-vm-modules', jest, '/jest.test.cjs']),
      cell('Jest without the flag', node, [jest, '/jest-refuses.test.cjs'], { sendsNothing: true }),
    ]),
    ...bundlers.map((bundler) => {
      const program = join('bundles', `${bundler}.mjs`)
      const prepare = async () => {
        mkdirSync(join(project, 'bundles'), { recursive: true })
        await execute(projects.nodeBinary(folder, 22), ['bundle.mjs', bundler, program], { cwd: project })
      }
      return cell(`bundle of ${bundler}`, 22, [program], { prepare })
    }),
    ...nextApps(folder, line).map(({ name, node, ...app }) => cell(name, node, app.args, app)),
  ]
}

async function runInPairs(cells: readonly Cell[], decode: Decoder): Promise<number> {
  const waiting = [...cells]
  let passed = 0
  const work = async () => {
    for (let cell = waiting.shift(); cell; cell = waiting.shift()) {
      if (await runCell(cell, decode)) passed++
    }
  }
  await Promise.all([work(), work()])
  return passed
}

async function runCell(cell: Cell, decode: Decoder): Promise<boolean> {
  const { name, project, node, args, protocol } = cell
  const task = name.replace(/\W+/g, '-')
  const receiver = await startReceiver(decode)
  const began = performance.now()
  try {
    await cell.prepare?.()
    const env = {
      ...cleanEnv(),
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      ...(protocol ? { OTEL_EXPORTER_OTLP_PROTOCOL: protocol } : {}),
      MATRIX_TASK: task,
    }
    // No data has arrived yet, so this proves that the check can fail.
    if (findFaults(receiver.requests, task).length === 0)
      throw new Error('The check accepts that nothing arrived')
    await execute(projects.nodeBinary(folder, node), args, { cwd: project, env, timeout: 180_000 })
    const seen = cell.sendsNothing ? expectNothing(receiver) : expectTelemetry(receiver, task, protocol)
    console.log(`ok     ${name}: ${seen}, ${since(began)}`)
    return true
  } catch (error) {
    console.log(`FAILED ${name}: ${error instanceof Error ? error.message : error}`)
    return false
  } finally {
    receiver.close()
  }
}

function expectTelemetry(receiver: Receiver, task: string, protocol: Cell['protocol']): string {
  const faults = findFaults(receiver.requests, task)
  if (faults.length > 0) throw new Error(faults.join('; '))
  const encoding = [...receiver.encodings].join(', ')
  const expected = protocol === 'http/json' ? 'application/json' : 'application/x-protobuf'
  if (encoding !== expected) throw new Error(`Sent as ${encoding} instead of ${expected}`)
  return `span and metrics arrived as ${encoding}`
}

function expectNothing({ requests }: Receiver): string {
  if (requests.length > 0)
    throw new Error(`Expected no requests, got ${requests.length}: is the warning out of date?`)
  return 'nothing can arrive, and the program is warned'
}

async function compile(project: string, out: string, compiler: Compiler): Promise<void> {
  const { extension, module, resolution } = compiler
  mkdirSync(join(project, out))
  const source = join(project, out, `consumer.${extension}`)
  copyFileSync(join(projects.consumers, 'consumer.ts'), source)
  // OpenTelemetry's declarations do not compile under some module resolutions, so `--skipLibCheck` is needed.
  const flags = ['--strict', '--skipLibCheck', '--esModuleInterop', '--target', 'es2022', '--types', 'node']
  const args = [source, '--module', module, '--moduleResolution', resolution, ...flags]
  await execute(process.execPath, ['node_modules/typescript/bin/tsc', ...args], { cwd: project })
}

function since(began: number): string {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`
}

function cleanEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(OTEL|SENTRY|RUNWELL|NODE_)/.test(name))
  return Object.fromEntries(kept)
}
