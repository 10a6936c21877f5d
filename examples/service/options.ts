import { parseArgs } from 'node:util'
import { duration } from '@runwell/core'

export interface Options {
  /** `undefined`: the service runs until it receives a signal. */
  readonly forMs: number | undefined
  readonly seed: number
  /** 0 takes any free port. */
  readonly port: number
  /** 0 takes any free port. `undefined` means that there is no console. */
  readonly consolePort: number | undefined
  readonly table: boolean
}

/** The message is shown without a stack, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const usage = `Usage: npm start -- [options]

  --for <duration>   end after this time, for example 20s or 10m
  --seed <number>    determines the faults; the same seed gives the same faults (default 1)
  --port <number>    port of the HTTP API on 127.0.0.1; 0 for any free port (default 4700)
  --console-port <number>
                     port of the console on 127.0.0.1 (default 4777; the demo takes a free one if it is in use)
  --no-console       start without the console
  --no-table         print one line per change; the default if the output is not a terminal
  --help             show this text

Telemetry is sent to OTEL_EXPORTER_OTLP_ENDPOINT and SENTRY_DSN if they are set, otherwise to receivers of the demo.
Ctrl-C or SIGTERM stops everything in order. The exit code is then 1 while reports.archive hangs, as it does on purpose.`

export function parseOptions(args: readonly string[]): Options | 'help' {
  const { values } = parse(args)
  if (values.help) return 'help'
  return {
    forMs: values.for === undefined ? undefined : runTime(values.for),
    seed: integer('--seed', values.seed, 2 ** 32 - 1),
    port: integer('--port', values.port, 65_535),
    consolePort: values['no-console'] ? undefined : integer('--console-port', values['console-port'], 65_535),
    table: !values['no-table'],
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        for: { type: 'string' },
        seed: { type: 'string', default: '1' },
        port: { type: 'string', default: '4700' },
        'console-port': { type: 'string', default: '4777' },
        'no-console': { type: 'boolean' },
        'no-table': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    // The message of Node is long. Its first sentence names the option and the problem.
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/)
    throw new UsageError(`${sentence.replace(/\.$/, '')}; --help lists the options.`)
  }
}

function runTime(text: string): number {
  try {
    const ms = duration(text)
    if (ms >= 1_000) return ms
  } catch {
    // The error below names the option.
  }
  throw new UsageError(`Expected --for to be a time of at least 1s, such as 20s or 10m, got '${text}'.`)
}

function integer(option: string, text: string, max: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value <= max) return value
  throw new UsageError(`Expected ${option} to be a whole number from 0 to ${max}, got '${text}'.`)
}
