import { spawn } from 'node:child_process'
import { bundleOf } from '../../../scripts/test/bundle-of.ts'

export function runProgram(
  name: 'first-import' | 'unhandled-rejection' | 'sigterm' | 'two-tasks',
  args: readonly string[],
) {
  const bundle = bundleOf(`packages/sentry/test/programs/${name}.ts`)
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [bundle, ...args], {
    // Not the whole environment, because other variables could configure an SDK.
    env: { PATH, HOME },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const ended = new Promise<{ code: number | null; output: string; errors: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, output, errors }))
  })
  const says = (text: string) =>
    Promise.race([
      ended,
      new Promise<void>((resolve) => {
        child.stdout.on('data', () => {
          if (output.includes(text)) resolve()
        })
      }),
    ])
  return { kill: (signal: NodeJS.Signals) => child.kill(signal), says, ended }
}
