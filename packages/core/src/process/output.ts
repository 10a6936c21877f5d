import { closeSync, constants, openSync, writeFileSync } from 'node:fs'

export type Log = (line: string) => void

export function toStandardError(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Returns a function that calls `log`. If `log` fails, the line goes to standard error, and the stop continues. */
export function guarded(log: Log): Log {
  return (line) => void (async () => log(line))().catch(() => toStandardError(line))
}

/** Without an error listener, Node throws when the reader of an output, such as `| head`, has ended. */
export function surviveDeadOutput(): void {
  for (const stream of [process.stderr, process.stdout]) {
    if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore)
  }
}

export function writeIfThere(path: string, line: string): void {
  try {
    // With `O_WRONLY`, this would wait for the reader of a named pipe.
    const file = openSync(path, constants.O_RDWR | constants.O_TRUNC)
    try {
      writeFileSync(file, line)
    } finally {
      closeSync(file)
    }
  } catch {
    // The line has already been logged, so the error is ignored.
  }
}

function ignore(): void {}
