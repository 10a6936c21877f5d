import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../release/packages.ts'
import { execute } from './execute.ts'

export const nodes = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0', 26: '26.10.0' } as const

export type NodeLine = keyof typeof nodes

export interface OtelLine {
  readonly name: string
  readonly stable: string
  readonly node: string
  readonly traces: string
  readonly api: string
  readonly runsOn: readonly NodeLine[]
}

/** OpenTelemetry 3 needs Node 22.15. */
export const otelLines: readonly [OtelLine, ...OtelLine[]] = [
  { name: '2', stable: '2.12.1', node: '0.223.0', traces: '0.223.1', api: '1.9.1', runsOn: [20, 22, 24, 26] },
  { name: '3', stable: '3.1.1', node: '0.301.0', traces: '0.301.0', api: '1.10.0', runsOn: [22, 24, 26] },
]

export const consumers = join(root, 'scripts/matrix/consumers')

const packs = join(root, '.packs')

export function hasTarballs(): boolean {
  return existsSync(packs)
}

export async function installTools(folder: string): Promise<void> {
  const platform = `node-${process.platform}-${process.arch}`
  const wanted = Object.entries(nodes).map(([line, version]) => [`node${line}`, `npm:${platform}@${version}`])
  await install(toolsOf(folder), { ...Object.fromEntries(wanted), protobufjs: '8.8.1' })
}

export function toolsOf(folder: string): string {
  return join(folder, 'tools')
}

export function nodeBinary(folder: string, line: NodeLine): string {
  return join(toolsOf(folder), 'node_modules', `node${line}`, 'bin/node')
}

export function telemetryPackages({ stable, node, traces, api }: OtelLine): Readonly<Record<string, string>> {
  return {
    '@runwell/core': tarball('core'),
    '@runwell/otel': tarball('otel'),
    '@opentelemetry/api': api,
    '@opentelemetry/sdk-node': node,
    '@opentelemetry/sdk-metrics': stable,
    '@opentelemetry/resources': stable,
    '@opentelemetry/exporter-trace-otlp-proto': traces,
    '@opentelemetry/exporter-metrics-otlp-proto': node,
    '@types/node': '20.19.43',
    // The last version of TypeScript that supports the module resolution `node10`.
    typescript: '5.9.3',
  }
}

export function newcomerPackages(): readonly string[] {
  const [{ stable, node, traces, api }] = otelLines
  return [
    ...['core', 'adopt', 'otel'].map(tarball),
    `@opentelemetry/api@${api}`,
    `@opentelemetry/sdk-node@${node}`,
    `@opentelemetry/sdk-metrics@${stable}`,
    `@opentelemetry/resources@${stable}`,
    `@opentelemetry/exporter-trace-otlp-proto@${traces}`,
    `@opentelemetry/exporter-metrics-otlp-proto@${node}`,
  ]
}

export function spanPackages(): readonly string[] {
  const [{ stable, traces, api }] = otelLines
  return [
    ...['core', 'adopt', 'otel'].map(tarball),
    `@opentelemetry/api@${api}`,
    `@opentelemetry/sdk-trace-node@${stable}`,
    `@opentelemetry/exporter-trace-otlp-proto@${traces}`,
  ]
}

export async function installLine(folder: string, line: OtelLine): Promise<void> {
  const project = projectOf(folder, line)
  await install(project, {
    ...telemetryPackages(line),
    '@opentelemetry/exporter-trace-otlp-http': line.traces,
    '@opentelemetry/exporter-metrics-otlp-http': line.node,
    jest: '30.2.0',
    esbuild: '0.28.2',
    webpack: '5.113.0',
    rollup: '4.68.8',
    '@rollup/plugin-commonjs': '29.0.3',
    '@rollup/plugin-json': '6.1.0',
    '@rollup/plugin-node-resolve': '16.0.3',
    '@vercel/ncc': '0.45.0',
  })
  for (const file of [
    'consumer.mjs',
    'consumer.cjs',
    'jest.test.cjs',
    'jest-refuses.test.cjs',
    'bundle.mjs',
  ]) {
    copyFileSync(join(consumers, file), join(project, file))
  }
}

export function projectOf(folder: string, { name }: OtelLine): string {
  return join(folder, `otel${name}`)
}

function tarball(name: string): string {
  const file = readdirSync(packs).find((found) => found.startsWith(`runwell-${name}-`))
  if (file === undefined) throw new Error(`Expected a tarball of ${name} in ${packs}`)
  return `file:${join(packs, file)}`
}

export async function install(cwd: string, dependencies: Readonly<Record<string, string>>): Promise<void> {
  mkdirSync(cwd)
  const jest = { testMatch: ['**/*.test.cjs'] }
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ private: true, dependencies, jest }))
  await add(cwd, [])
}

export async function add(cwd: string, packages: readonly string[]): Promise<void> {
  const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts', '--prefer-offline']
  await execute('npm', ['install', ...flags, ...packages], { cwd, timeout: 300_000 })
}
