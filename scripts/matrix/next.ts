import { cpSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { execute } from './execute.ts'
import {
  consumers,
  install,
  type NodeLine,
  nodeBinary,
  type OtelLine,
  telemetryPackages,
} from './projects.ts'

interface NextApp {
  readonly name: string
  readonly node: NodeLine
  readonly project: string
  readonly args: readonly string[]
  readonly prepare: () => Promise<void>
}

const compilers = ['turbopack', 'webpack'] as const
const outputs = ['start', 'standalone'] as const

/** Jest would scan the output of Next if both were in one project. */
export async function installNext(folder: string, line: OtelLine): Promise<void> {
  await install(projectOf(folder, line), {
    ...telemetryPackages(line),
    next: '16.4.6',
    react: '19.3.1',
    'react-dom': '19.3.1',
    '@types/react': '19.3.3',
  })
}

export function nextApps(folder: string, line: OtelLine): readonly NextApp[] {
  const [node] = line.runsOn
  if (node === undefined) throw new Error(`Expected a line of Node for OpenTelemetry ${line.name}`)
  return compilers.flatMap((compiler) =>
    outputs.map((output) => {
      const app = join(projectOf(folder, line), `${compiler}-${output}`)
      const isStandalone = output === 'standalone'
      // Outside of the project, the standalone server finds only the packages that Next has copied.
      const deployed = join(folder, `next${line.name}-${compiler}`)
      return {
        name: `bundle of Next by ${compiler}, ${output}`,
        node,
        project: isStandalone ? join(deployed, `${compiler}-${output}`) : app,
        args: [
          join(consumers, 'next/drive.mjs'),
          ...(isStandalone ? ['server.js'] : ['../node_modules/next/dist/bin/next', 'start']),
        ],
        prepare: async () => {
          cpSync(join(consumers, 'next'), app, { recursive: true })
          if (isStandalone) cpSync(join(consumers, 'next-standalone'), app, { recursive: true })
          const build = ['../node_modules/next/dist/bin/next', 'build', `--${compiler}`]
          const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
          await execute(nodeBinary(folder, node), build, { cwd: app, env, timeout: 600_000 })
          if (isStandalone) renameSync(join(app, '.next/standalone'), deployed)
        },
      }
    }),
  )
}

function projectOf(folder: string, { name }: OtelLine): string {
  return join(folder, `next-otel${name}`)
}
