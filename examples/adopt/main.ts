// Runs three applications with and without Runwell. Checks that Runwell reports jobs that die without an error.
// Arguments select applications, such as `bot`. Without arguments, all applications run.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { Application } from './application.ts'
import { type Discord, startDiscord } from './bot/discord.ts'
import { type ApplicationName, applications, withoutRunwell } from './patches.ts'

const startMs = 60_000
/** Runwell waits at least 30 s before it reports a missing run, even if the job runs each second. */
const deadMs = 90_000

interface Play {
  readonly env: NodeJS.ProcessEnv
  readonly tasks: readonly string[]
  readonly dies: string
  readonly victim: string
  readonly endsWith: number | NodeJS.Signals
  readonly compile?: (folder: string) => string
  readonly works: (application: Application) => boolean | Promise<boolean>
}

const discord: Discord = await startDiscord()
const rates = createServer((_request, response) => response.end('{"EUR":1,"USD":1.2}'))
await new Promise<void>((resolve) => rates.listen(0, '127.0.0.1', resolve))

const plays: Readonly<Record<ApplicationName, Play>> = {
  bot: {
    env: {
      DISCORD_TOKEN: 'token',
      DISCORD_API: discord.url,
      CHANNEL_ID: discord.channel,
      FEED_URL: `${discord.url}/feed`,
      FEED_PERIOD_MS: '1000',
      DIGEST_CRON: '* * * * * *',
      REMINDERS_CRON: '* * * * * *',
    },
    tasks: ['pollFeeds', 'digest', 'reminders', 'discord.messageCreate'],
    dies: 'timers/interval.ts',
    victim: 'pollFeeds',
    endsWith: 0,
    works: async () => {
      discord.write('free nitro')
      return discord.sent.includes('New: Hello') && discord.sent.some((text) => text.includes('spam'))
    },
  },
  api: {
    env: {
      PORT: '0',
      RATES_CRON: '* * * * * *',
      RATES_URL: `http://127.0.0.1:${(rates.address() as AddressInfo).port}`,
      INVOICES_CRON: '* * * * * *',
      CARTS_CRON: '* * * * * *',
      SESSION_PERIOD_MS: '1000',
    },
    tasks: ['rates', 'sendInvoices', 'dropCarts', 'dropSessions'],
    dies: 'node_modules/croner',
    victim: 'rates',
    endsWith: 0,
    works: async ({ output }) => {
      const [url] = /http:\S+/.exec(output) ?? []
      if (url === undefined) return false
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ amount: 12, currency: 'USD' })
      const { status } = await fetch(`${url}/orders`, { method: 'POST', headers, body })
      return status === 201 && output.includes('invoice 1: 10.00 EUR')
    },
  },
  'nest-worker': {
    env: { REPORT_CRON: '* * * * * *' },
    tasks: ['daily', 'outbox', 'Reports.welcome'],
    dies: 'node_modules/cron/',
    victim: 'daily',
    // Nest ends the process with the signal that the process received.
    endsWith: 'SIGTERM',
    compile,
    works: ({ output }) => output.includes('to ops@example.com') && output.includes('to board@example.com'),
  },
}

/** Node cannot run the decorators of Nest. Returns the folder of the compiled files. */
function compile(folder: string): string {
  const out = join(import.meta.dirname, 'temp/compiled', basename(dirname(folder)))
  const config = join(out, 'tsconfig.json')
  mkdirSync(out, { recursive: true })
  const compilerOptions = {
    noEmit: false,
    rewriteRelativeImportExtensions: true,
    noCheck: true,
    noResolve: true,
    rootDir: folder,
    outDir: out,
  }
  const base = join(import.meta.dirname, 'nest-worker/tsconfig.json')
  writeFileSync(config, JSON.stringify({ extends: base, compilerOptions, include: [join(folder, 'app')] }))
  const tsc = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', config], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stdout)
  return out
}

async function playAfter(name: ApplicationName): Promise<void> {
  const { env, tasks, works, dies, victim, endsWith, compile } = plays[name]
  const folder = join(import.meta.dirname, name)
  const application = open(compile?.(folder) ?? folder, compile !== undefined, env)
  try {
    const runs = async () => (await works(application)) && application.haveRun(tasks)
    await application.until(`it works, with runs of ${tasks}`, startMs, runs)
    if (/unhealthy/.test(application.output)) throw new Error(`a false alarm\n${application.output}`)
    application.lose(dies)
    const alarm = new RegExp(`.*\\b${victim}\\b.*unhealthy.*`)
    await application.until(`${victim} is unhealthy`, deadMs, () => alarm.test(application.output))
    await expectEnd(application, endsWith)
    console.log(`${name}: ${alarm.exec(application.output)?.[0]}`)
  } finally {
    application.kill()
  }
}

async function playBefore(name: ApplicationName): Promise<void> {
  const { env, works, endsWith, compile } = plays[name]
  const folder = withoutRunwell(name)
  const application = open(compile?.(folder) ?? folder, compile !== undefined, env)
  try {
    await application.until('it works without Runwell', startMs, () => works(application))
    await expectEnd(application, endsWith)
  } finally {
    application.kill()
  }
}

function open(folder: string, isCompiled: boolean, env: NodeJS.ProcessEnv): Application {
  return new Application(join(folder, isCompiled ? 'app/main.js' : 'app/main.ts'), env)
}

async function expectEnd(application: Application, expected: number | NodeJS.Signals): Promise<void> {
  const end = await application.terminate()
  if (end !== expected) throw new Error(`ended with ${end} instead of ${expected}\n${application.output}`)
}

const chosen = process.argv.slice(2)
let failures = 0
const play = async (name: ApplicationName): Promise<void> => {
  try {
    await playBefore(name)
    await playAfter(name)
    console.log(`${name}: ok`)
  } catch (error) {
    failures++
    console.log(`${name}: FAILED: ${error instanceof Error ? error.message : error}`)
  }
}
await Promise.all(applications.filter((name) => chosen.length === 0 || chosen.includes(name)).map(play))
discord.close()
rates.close()
process.exitCode = failures === 0 ? 0 : 1
