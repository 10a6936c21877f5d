import { type ExecFileOptions, execFile } from 'node:child_process'

export function execute(command: string, args: readonly string[], options: ExecFileOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { maxBuffer: 16e6, ...options }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stdout}${stderr}`.slice(0, 2_000)))
      else resolve()
    })
  })
}
