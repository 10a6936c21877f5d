#!/usr/bin/env node
import { cac } from 'cac'
import { CliError, Client, targetOf } from './client.ts'
import { control, inputOf, list, next, runs, type Session, stopPlan, tail, why } from './commands.ts'

interface Flags {
  readonly url?: string
  readonly token?: string
  readonly json?: boolean
  readonly reason?: string
}

const defaultUrl = 'http://127.0.0.1:4777/'

const cli = cac('runwell')
cli.option('--url <url>', `Address or unix socket of the console. Default: $RUNWELL_URL, else ${defaultUrl}`)
cli.option('--token <token>', 'Token of the console. Default: $RUNWELL_TOKEN')
cli.option('--json', 'Print JSON')
cli.help()

cli
  .command('ls', 'List the tasks, worst first')
  .option('--check', 'End with exit code 1 if a task is unhealthy')
  .action((flags: Flags & { check?: boolean }) => list(sessionOf(flags), flags.check === true))
cli
  .command('why <task>', 'Say why a task is as it is')
  .action((task: string, flags: Flags) => why(sessionOf(flags), task))
cli
  .command('runs <task>', 'List the last runs of a task')
  .option('--limit <count>', 'How many', { default: 20 })
  .action((task: string, flags: Flags & { limit: number }) => runs(sessionOf(flags), task, flags.limit))
cli
  .command('next', 'List what is due')
  .option('--within <duration>', 'How far ahead', { default: '1h' })
  .action((flags: Flags & { within: string }) => next(sessionOf(flags), flags.within))
cli
  .command('tail [task]', 'Print events as they happen')
  .option('--level <level>', 'debug, info, warn or error', { default: 'info' })
  .action((task: string | undefined, flags: Flags & { level: string }) =>
    tail(sessionOf(flags), task, flags.level),
  )
cli
  .command('trigger <task>', 'Run a task now')
  .option('--input <json>', 'Its input')
  .option('--reason <text>', 'Why; others see it in the audit')
  .action((task: string, flags: Flags & { input?: string }) =>
    control(sessionOf(flags), 'trigger', task, { ...inputOf(flags.input), reason: flags.reason }),
  )
for (const action of ['pause', 'resume', 'restart'] as const) {
  cli
    .command(`${action} <task>`, `${action[0]?.toUpperCase()}${action.slice(1)} a task`)
    .option('--reason <text>', 'Why; others see it in the audit')
    .action((task: string, flags: Flags) => control(sessionOf(flags), action, task, { reason: flags.reason }))
}
cli.command('stop-plan', 'Say what a stop would do now').action((flags: Flags) => stopPlan(sessionOf(flags)))

/** Explicit options win over the environment, so that one call can look at another process. */
function sessionOf({ url, token, json }: Flags): Session {
  const { RUNWELL_URL, RUNWELL_TOKEN } = process.env
  const target = targetOf(url ?? (RUNWELL_URL || defaultUrl), token ?? (RUNWELL_TOKEN || undefined))
  return {
    client: new Client(target),
    json: json === true,
    print: (text) => process.stdout.write(`${text}\n`),
  }
}

/** Ends with 0 if all is well, 1 if not, and 2 if the command could not do what it was asked. */
async function main(): Promise<number> {
  try {
    const { options } = cli.parse(process.argv, { run: false })
    if (options['help'] === true) return 0
    if (cli.matchedCommand === undefined) {
      if (cli.args.length > 0)
        throw new CliError(`There is no command "${cli.args[0]}". See runwell --help.`, 2)
      cli.outputHelp()
      return 2
    }
    return Number(await cli.runMatchedCommand())
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return error instanceof CliError ? error.exitCode : 2
  }
}

process.stdout.on('error', () => process.exit(0)) // the reader has gone, as with `runwell tail | head`
void main().then((code) => {
  process.exitCode = code
})
