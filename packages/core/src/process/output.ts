import { closeSync, constants, openSync, writeFileSync } from 'node:fs'

export type Log = (line: string) => void

export function toStandardError(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Returns `log` with its errors and rejections ignored: they must not end the stop. */
export function guarded(log: Log): Log {
  return (line) => void (async () => log(line))().catch(ignore)
}

/**
 * From now on, a write to an output whose reader has ended (a log shipper, or `| head`) does not end the process.
 * Without this, Node throws the error of the write as an uncaught exception.
 */
export function surviveDeadOutput(): void {
  for (const stream of [process.stderr, process.stdout]) {
    if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore)
  }
}

/** Replaces the content of the file, if the file exists and is writable. */
export function writeIfThere(path: string, line: string): void {
  try {
    // Not `O_WRONLY`: that would wait for the reader of a named pipe.
    const file = openSync(path, constants.O_RDWR | constants.O_TRUNC)
    try {
      writeFileSync(file, line)
    } finally {
      closeSync(file)
    }
  } catch {
    // The file does not exist or is not writable; the line has already been logged.
  }
}

function ignore(): void {}
