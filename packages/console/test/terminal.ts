import { runCommand } from '../src/cli/program.ts'

export interface Ended {
  readonly code: number
  readonly out: string
  readonly error: string
}

export async function runwell(args: string | readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  let [out, error] = ['', '']
  const code = await runCommand(typeof args === 'string' ? args.split(' ') : args, {
    env,
    print: (text) => {
      out += text
    },
    printError: (text) => {
      error += text
    },
  })
  return { code, out, error }
}
