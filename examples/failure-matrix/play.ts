import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Observation, purpose } from './scenario.ts'

const child = fileURLToPath(new URL('child.ts', import.meta.url))
const limitMs = 240_000

export async function play(scenario: string, candidate: string): Promise<Observation> {
  // Settings of the caller, such as colors, would change the output of the candidates.
  const env = { ...process.env, NODE_ENV: 'production', NO_COLOR: '1', FORCE_COLOR: undefined, TZ: 'UTC' }
  const options = {
    env,
    execArgv: ['--import', 'tsx', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'] as const,
  }
  const program = fork(child, [scenario, candidate], { ...options, stdio: [...options.stdio] })
  let output = ''
  let message: { facts: unknown; offered: boolean } | undefined
  for (const stream of [program.stdout, program.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  program.on('message', (received) => {
    message = received as { facts: unknown; offered: boolean }
  })
  const timer = setTimeout(() => program.kill('SIGKILL'), limitMs)
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    program.once('error', reject)
    program.once('close', resolve)
  })
  clearTimeout(timer)

  const crashed = exitCode !== 0 && output.includes(purpose)
  if (exitCode === null || (!crashed && message === undefined)) {
    throw new Error(`${scenario} with ${candidate} ended with ${exitCode}:\n${output}`)
  }
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  return {
    exitCode,
    lines: lines.length,
    facts: message?.facts ?? null,
    offered: message?.offered ?? true,
  }
}
