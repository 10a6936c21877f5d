// Installs the packed tarballs with npm, as a stranger would, for each line of OpenTelemetry, and runs a task on each
// line of Node as an ES module, as CommonJS, from TypeScript and under Jest. Each must see its span and metrics arrive.
import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadDecoder } from './matrix/decoder.mjs'
import { startReceiver, wrongs } from './matrix/receiver.mjs'
import { root } from './run.mjs'

const nodes = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0', 26: '26.10.0' }

/** Versions by line: sdk and resources, exporters and sdk-node, api. Line 3 needs Node 22.15. */
const lines = {
  2: { stable: '2.12.1', node: '0.223.0', traces: '0.223.1', api: '1.9.1', runsOn: [20, 22, 24, 26] },
  3: { stable: '3.1.1', node: '0.301.0', traces: '0.301.0', api: '1.10.0', runsOn: [22, 24, 26] },
}

/** [name, file's extension, module, moduleResolution] */
const compilers = [
  ['node10', 'ts', 'commonjs', 'node10'],
  ['node16', 'cts', 'node16', 'node16'],
  ['node16', 'mts', 'node16', 'node16'],
  ['nodenext', 'cts', 'nodenext', 'nodenext'],
  ['nodenext', 'mts', 'nodenext', 'nodenext'],
]

const packs = join(root, '.packs')
if (!existsSync(packs)) {
  console.error('There are no tarballs in .packs: run `npm run test:matrix`, which packs them first.')
  process.exit(1)
}
const tarballs = readdirSync(packs)
const folder = mkdtempSync(join(tmpdir(), 'runwell-matrix-'))
let failed = 0
let passed = 0
let decode
try {
  const began = performance.now()
  await Promise.all([installTools(), ...Object.keys(lines).map(installLine)])
  decode = loadDecoder(join(folder, 'tools'))
  console.log(`installed in ${since(began)}`)
  const all = cells()
  const wanted = all.length
  await inPairs(all)
  console.log(`${passed} of ${wanted} combinations passed, ${failed} failed, ${since(began)}`)
  if (passed !== wanted) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** One program to be run: its name, the Node it runs on, its arguments, and what has to be done before. */
function cells() {
  const all = []
  for (const [line, { runsOn }] of Object.entries(lines)) {
    const project = join(folder, `otel${line}`)
    const add = (what, node, args, more = {}) =>
      all.push({ name: `Node ${node}, OpenTelemetry ${line}, ${what}`, project, node, args, ...more })
    for (const node of runsOn) {
      add('ES module', node, ['consumer.mjs'], { protocol: 'http/protobuf' })
      add('CommonJS', node, ['consumer.cjs'], { protocol: 'http/json' })
    }
    for (const [name, extension, module, resolution] of compilers) {
      const out = `${name}-${extension}`
      const before = () => compile(project, out, extension, module, resolution)
      const program = join(out, `consumer.${extension.replace('ts', 'js')}`)
      add(`TypeScript ${resolution} .${extension}`, 22, [program], { before })
    }
    // OpenTelemetry's exporters load node:http by `import()`, which Jest refuses without this flag.
    const jest = 'node_modules/jest/bin/jest.js'
    for (const node of runsOn) {
      add('Jest', node, ['--experimental-vm-modules', jest, '/jest.test.cjs'])
      add('Jest without the flag', node, [jest, '/jest-refuses.test.cjs'], { sendsNothing: true })
    }
  }
  return all
}

async function inPairs(all) {
  const worker = async () => {
    for (let cell = all.shift(); cell; cell = all.shift()) await runCell(cell)
  }
  await Promise.all([worker(), worker()])
}

async function runCell({ name, project, node, args, before, protocol, sendsNothing = false }) {
  const task = name.replace(/\W+/g, '-')
  const receiver = await startReceiver(decode)
  const began = performance.now()
  try {
    await before?.()
    const env = {
      ...cleanEnv(),
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      ...(protocol ? { OTEL_EXPORTER_OTLP_PROTOCOL: protocol } : {}),
      MATRIX_TASK: task,
    }
    // Nothing has run yet: a look at the receiver that finds nothing wrong now could not fail later.
    if (wrongs(receiver.requests, task).length === 0) throw new Error('The receiver is content with nothing')
    await execute(nodeBinary(node), args, { cwd: project, env, timeout: 180_000 })
    const seen = sendsNothing ? silence(receiver) : arrival(receiver, task, protocol)
    passed++
    console.log(`ok     ${name}: ${seen}, ${since(began)}`)
  } catch (error) {
    failed++
    console.log(`FAILED ${name}: ${error.message}`)
  } finally {
    receiver.close()
  }
}

function arrival({ requests, encodings }, task, protocol = 'http/protobuf') {
  const wrong = wrongs(requests, task)
  if (wrong.length > 0) throw new Error(wrong.join('; '))
  const encoding = [...encodings].join(', ')
  const expected = protocol === 'http/json' ? 'application/json' : 'application/x-protobuf'
  if (encoding !== expected) throw new Error(`Sent as ${encoding} instead of ${expected}`)
  return `span and metrics arrived as ${encoding}`
}

/** The program itself has seen to it that the silence was told. */
function silence({ requests }) {
  if (requests.length > 0) throw new Error(`${requests.length} requests came in; then nothing has to be told`)
  return 'nothing can arrive, and the program is told'
}

function compile(project, out, extension, module, resolution) {
  mkdirSync(join(project, out))
  const source = join(project, out, `consumer.${extension}`)
  copyFileSync(join(root, 'scripts/matrix/consumer.ts'), source)
  // OpenTelemetry's own declarations do not agree with all resolutions; ours have to.
  const flags = ['--strict', '--skipLibCheck', '--esModuleInterop', '--target', 'es2022', '--types', 'node']
  const args = [source, '--module', module, '--moduleResolution', resolution, ...flags]
  return execute(process.execPath, ['node_modules/typescript/bin/tsc', ...args], { cwd: project })
}

/** The lines of Node, and what the receiver reads protobuf with. */
function installTools() {
  const name = `node-${process.platform}-${process.arch}`
  const wanted = Object.entries(nodes).map(([major, version]) => [`node${major}`, `npm:${name}@${version}`])
  return install('tools', { ...Object.fromEntries(wanted), protobufjs: '8.8.1' })
}

function nodeBinary(major) {
  return join(folder, 'tools/node_modules', `node${major}`, 'bin/node')
}

function since(began) {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`
}

async function installLine(line) {
  const { stable, node, traces, api } = lines[line]
  await install(`otel${line}`, {
    '@runwell/core': tarball('core'),
    '@runwell/otel': tarball('otel'),
    '@opentelemetry/api': api,
    '@opentelemetry/sdk-node': node,
    '@opentelemetry/sdk-metrics': stable,
    '@opentelemetry/resources': stable,
    '@opentelemetry/exporter-trace-otlp-proto': traces,
    '@opentelemetry/exporter-trace-otlp-http': traces,
    '@opentelemetry/exporter-metrics-otlp-proto': node,
    '@opentelemetry/exporter-metrics-otlp-http': node,
    '@types/node': '20.19.43',
    // The last TypeScript that still knows `node10`.
    typescript: '5.9.3',
    jest: '30.2.0',
  })
  for (const file of ['consumer.mjs', 'consumer.cjs', 'jest.test.cjs', 'jest-refuses.test.cjs']) {
    copyFileSync(join(root, 'scripts/matrix', file), join(folder, `otel${line}`, file))
  }
}

function tarball(name) {
  return `file:${join(
    packs,
    tarballs.find((file) => file.startsWith(`runwell-${name}-`)),
  )}`
}

/** Engines are not asked: npm runs on this machine's Node, the programs on those of the matrix. */
async function install(project, dependencies) {
  const cwd = join(folder, project)
  mkdirSync(cwd)
  const jest = { testMatch: ['**/*.test.cjs'] }
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ private: true, dependencies, jest }))
  const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts', '--prefer-offline']
  await execute('npm', ['install', ...flags], { cwd, timeout: 300_000 })
}

function cleanEnv() {
  const kept = Object.entries(process.env).filter(([name]) => !/^(OTEL|SENTRY|RUNWELL|NODE_)/.test(name))
  return Object.fromEntries(kept)
}

/** Resolves when the program has ended with 0; rejects with what it wrote. */
function execute(command, args, options) {
  return new Promise((resolve, reject) => {
    execFile(command, args, { maxBuffer: 16e6, ...options }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stdout}${stderr}`.slice(0, 2_000)))
      else resolve(stdout)
    })
  })
}
