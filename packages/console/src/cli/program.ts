import { existsSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { Client, targetOf } from './client.ts'
import { audit, control, inputOf, list, next, runs, type Session, stopPlan, tail } from './commands.ts'
import { plain } from './print.ts'
import { why } from './why.ts'

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv
  readonly print: (text: string) => void
  readonly printError: (text: string) => void
}

const longestName = 60
const defaultUrl = 'http://127.0.0.1:4777/'
const exitCodes = `
Words such as parked, slot and budget: https://github.com/runwell/runwell/blob/main/docs/glossary.md
Exit codes: 0 success, 1 a task is unhealthy (ls --check) or refused the control, 2 wrong use or no answer from a console.`

/** Runs one command. Never rejects. @returns the exit code */
export async function runCommand(args: readonly string[], surroundings: Surroundings): Promise<0 | 1 | 2> {
  const { printError } = surroundings
  let code: 0 | 1 = 0
  try {
    await programOf(surroundings, (ended) => {
      code = ended
    }).parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    // Commander has already printed this error. It also throws after printing help, with exit code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    printError(`${plain(error instanceof Error ? error.message : String(error))}\n`)
    return 2
  }
}

function programOf({ env, print, printError }: Surroundings, ends: (code: 0 | 1) => void): Command {
  const sessionOf = (command: Command): Session => {
    const { url, token, json } = command.optsWithGlobals<{ url?: string; token?: string; json?: boolean }>()
    const target = targetOf(
      url ?? (env['RUNWELL_URL'] || defaultUrl),
      token ?? (env['RUNWELL_TOKEN'] || undefined),
    )
    const { by = nameOfUser() } = command.opts<{ by?: string }>()
    return { client: new Client(target), json: json === true, print: (text) => print(`${text}\n`), by }
  }
  const program = new Command('runwell')
    .description(
      'Shows what the tasks of a process do, and controls them. The process has to serve a console.',
    )
    .version(versionOf())
    .option('--url <url>', `address or unix socket of the console; default: $RUNWELL_URL, else ${defaultUrl}`)
    .option('--token <token>', 'token of the console, unless it is in the address; default: $RUNWELL_TOKEN')
    .option('--json', 'print JSON')
    .addHelpText('after', exitCodes)
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: (text) => printError(plain(text, '\n')) })

  const add = (usage: string, description: string, options: readonly Option[], does: Does): void => {
    const command = program.command(usage).description(description)
    for (const option of options) command.addOption(option)
    command.action(async (...typed: unknown[]) => {
      const task = typeof typed[0] === 'string' ? typed[0] : ''
      ends(await does(sessionOf(command), task, command.opts()))
    })
  }
  const signed = [
    new Option('--by <name>', 'who you are, for the audit; default: your name on this machine'),
    new Option('--reason <text>', 'why; others see it in the audit'),
  ]

  add(
    'ls',
    'list the tasks, worst first',
    [new Option('--check', 'end with exit code 1 if a task is unhealthy')],
    (session, _, { check }) => list(session, check === true),
  )
  add('why <task>', 'say why a task is as it is', [], (session, task) => why(session, task))
  add(
    'runs <task>',
    'list the last runs of a task',
    [new Option('--limit <count>', 'how many, at most 1000').default(20).argParser(countOf)],
    (session, task, { limit }) => runs(session, task, Number(limit)),
  )
  add(
    'next',
    'list what is due',
    [new Option('--within <duration>', 'how far ahead').default('1h')],
    (session, _, { within }) => next(session, String(within)),
  )
  add(
    'tail [task]',
    'print events as they happen',
    [
      new Option('--level <level>', 'the least level')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    ],
    (session, task, { level }) => tail(session, task === '' ? undefined : task, String(level)),
  )
  add(
    'trigger <task>',
    'run a task now',
    [new Option('--input <json>', 'its input'), ...signed],
    (session, task, flags) =>
      control(session, 'trigger', task, { ...inputOf(flags['input']), reason: flags['reason'] }),
  )
  add(
    'pause <task>',
    'prevent runs of a task until it is resumed, or the process restarts (in a fleet, also after a restart); aborts a loop',
    [
      new Option('--for <duration>', 'resume it by itself after this time').conflicts('until'),
      new Option('--until <time>', 'resume it by itself at this ISO time'),
      ...signed,
    ],
    (session, task, flags) => control(session, 'pause', task, flags),
  )
  for (const action of ['resume', 'restart'] as const)
    add(`${action} <task>`, `${action} a task`, signed, (session, task, flags) =>
      control(session, action, task, flags),
    )
  add(
    'reschedule <task>',
    'replace the schedule of a task until the process restarts (in a fleet, until you deploy another schedule)',
    [
      new Option('--every <duration>', 'the period').conflicts('cron'),
      new Option('--cron <expression>', 'a cron expression'),
      new Option('--time-zone <name>', 'of the cron expression'),
      ...signed,
    ],
    (session, task, flags) => {
      if (flags['every'] === undefined && flags['cron'] === undefined)
        program.error("error: a schedule is missing: add --every 30s or --cron '0 3 * * *'")
      return control(session, 'reschedule', task, flags)
    },
  )
  add(
    'abort <task>',
    'ask the live runs of a task to end',
    [new Option('--run <id>', 'only this run'), ...signed],
    (session, task, { run, reason: why }) => control(session, 'abort', task, { runId: run, reason: why }),
  )
  add('unregister <task>', 'remove a task until the process starts again', signed, (session, task, flags) =>
    control(session, 'unregister', task, flags),
  )
  add('audit', 'list who controlled which task, and why', [], (session) => audit(session))
  add('stop-plan', 'say what a stop would do now', [], (session) => stopPlan(session))
  return program
}

function nameOfUser(): string | undefined {
  try {
    return userInfo().username.slice(0, longestName)
  } catch {
    return undefined // `userInfo()` throws if the user id has no name, as in some containers.
  }
}

type Flags = Readonly<Record<string, string | number | boolean | undefined>>
type Does = (session: Session, task: string, flags: Flags) => Promise<0 | 1>

function countOf(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= 1_000) return count
  throw new InvalidArgumentError('Expected a whole number from 1 to 1000.')
}

/** Searches upwards for package.json, because the sources and the built files lie at different depths. */
function versionOf(): string {
  let folder = new URL('.', import.meta.url)
  while (!existsSync(new URL('package.json', folder))) folder = new URL('..', folder)
  const { version } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as { version: string }
  return version
}
