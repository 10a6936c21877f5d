import { parseArgs } from 'node:util'
import { duration } from '@runwell/core'

/** What the command line asks for. */
export interface Options {
  /** End by itself after so many milliseconds; else run until told to stop. */
  readonly forMs: number | undefined
  /** Decides when which fault happens. */
  readonly seed: number
  /** Of the HTTP API; 0 takes a free one. */
  readonly port: number
  /** Redraw a table in place; else one line per change. */
  readonly table: boolean
}

/** The user asked for something that can't be had. The message is one sentence; the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const usage = `Usage: npm start -- [options]

  --for <duration>   end by itself after this time, for instance 20s or 10m
  --seed <number>    when which fault happens; the same seed gives the same faults (default 1)
  --port <number>    of the HTTP API on 127.0.0.1, 0 for any free one (default 4700)
  --no-table         one line per change, as when the output is no terminal
  --help             this text

Telemetry goes to OTEL_EXPORTER_OTLP_ENDPOINT and SENTRY_DSN where they are set, else to receivers of the demo itself.
Ctrl-C or SIGTERM stops everything in order.`

/**
 * Reads the command line. `'help'` when that was asked for.
 *
 * @throws {@link UsageError} for an option that does not exist or a value that makes no sense.
 */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const { values } = parse(args)
  if (values.help) return 'help'
  return {
    forMs: values.for === undefined ? undefined : runTime(values.for),
    seed: integer('--seed', values.seed, 2 ** 32 - 1),
    port: integer('--port', values.port, 65_535),
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
        'no-table': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    // Node explains at length; its first sentence names the option and what is wrong with it.
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/)
    throw new UsageError(`${sentence.replace(/\.$/, '')}; --help lists the options.`)
  }
}

function runTime(text: string): number {
  try {
    const ms = duration(text)
    if (ms >= 1_000) return ms
  } catch {
    // Said below, in the words of the command line.
  }
  throw new UsageError(`Expected --for to be a time of at least 1s, such as 20s or 10m, got '${text}'.`)
}

function integer(option: string, text: string, max: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value <= max) return value
  throw new UsageError(`Expected ${option} to be a whole number from 0 to ${max}, got '${text}'.`)
}
