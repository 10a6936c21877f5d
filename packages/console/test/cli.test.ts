import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { cron, every, loop, manual, rules } from '@runwell/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AuditEntry } from '../src/api/types.ts'
import { Client, targetOf } from '../src/cli/client.ts'
import { runCommand } from '../src/cli/program.ts'
import type { Listening } from '../src/index.ts'
import { type Asked, askable } from './ask.ts'
import { runwell } from './terminal.ts'

const hostile = '\u001b[2J\u009b31m\u0007\u202egpj.exe\u200b\nnext\u007f'
// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/

let asked: Asked
let listening: Listening
let env: NodeJS.ProcessEnv

beforeEach(async () => {
  asked = askable()
  const { supervisor, clock } = asked
  supervisor.register({ name: 'mail.poll', schedule: every('10s', { immediate: true }), run: () => {} })
  supervisor.register({
    name: 'mail.send',
    schedule: manual(),
    run: ({ input }) => {
      if (input === 'fail') throw new Error(`no mailbox ${hostile}`)
    },
  })
  await supervisor.start()
  await clock.advance('1s')
  listening = await asked.console.listen({ port: 0 })
  env = { RUNWELL_URL: listening.link }
})

afterEach(async () => {
  await asked.console.close()
  await asked.supervisor.stop()
})

/** The error text and the owner contain escape sequences of the terminal. */
async function breakSomething(): Promise<void> {
  const { supervisor, clock } = asked
  supervisor.register({
    name: 'feed',
    owner: hostile,
    schedule: every('10s', { immediate: true }),
    run: () => {
      throw new Error(`upstream ${hostile} is down`)
    },
  })
  await clock.advance('2m')
}

describe('runwell ls', () => {
  it('lists the tasks, worst first', async () => {
    await breakSomething()

    const { code, out } = await runwell('ls', env)

    expect(code).toBe(0)
    expect(out.split('\n').map((line) => line.split(/ {2,}/).slice(0, 3))).toMatchObject([
      ['HEALTH', 'TASK', 'STATE'],
      ['unhealthy', 'feed', 'waiting'],
      ['unknown', 'mail.send', 'waiting'],
      ['healthy', 'mail.poll', 'waiting'],
      [''],
    ])
  })

  it('says why a task does not run: its pause or its standby', async () => {
    const enabled = () => false
    asked.supervisor.register({ name: 'leader', schedule: every('1s'), enabled, run: () => {} })
    asked.supervisor.task('mail.send')?.pause({ by: 'ana', reason: 'moving house' })
    await asked.clock.advance('2s')

    const { out } = await runwell('ls', env)

    expect(out).toMatch(/mail\.send .* paused by ana: moving house$/m)
    expect(out).toMatch(/leader .* enabled\(\) does not return true$/m)
  })

  it('--check ends with 1 if a task is unhealthy, else with 0', async () => {
    expect((await runwell('ls --check', env)).code).toBe(0)

    await breakSomething()

    expect((await runwell('ls --check', env)).code).toBe(1)
    expect((await runwell('ls --check --json', env)).code).toBe(1)
    expect((await runwell('ls', env)).code).toBe(0)
  })

  it('prints one line of JSON with --json, before or after the command', async () => {
    for (const args of ['ls --json', '--json ls']) {
      const { out } = await runwell(args, env)
      expect((JSON.parse(out) as { name: string }[]).map(({ name }) => name)).toEqual([
        'mail.send',
        'mail.poll',
      ])
    }
  })
})

describe('runwell finds the console', () => {
  it('by --url, which wins over RUNWELL_URL', async () => {
    const { code } = await runwell(['ls', '--url', listening.link], { RUNWELL_URL: 'http://127.0.0.1:1/' })

    expect(code).toBe(0)
  })

  it('by an address without the token, and --token or RUNWELL_TOKEN', async () => {
    const [url = '', token = ''] = listening.link.split('#token=')

    expect((await runwell(['ls', '--url', url, '--token', token])).code).toBe(0)
    expect((await runwell('ls', { RUNWELL_URL: url, RUNWELL_TOKEN: token })).code).toBe(0)
    expect(await runwell('ls', { RUNWELL_URL: url })).toEqual({
      code: 2,
      out: '',
      error:
        'The token is missing. Pass the whole address that the process printed at its start, or --token, or set RUNWELL_TOKEN.\n',
    })
  })

  it('by the path of a unix socket', async () => {
    const path = join(tmpdir(), `runwell-${process.pid}.sock`)
    await asked.console.listen({ socket: path })

    expect((await runwell(['ls', '--url', path])).code).toBe(0)
    expect((await runwell('ls', { RUNWELL_URL: `unix:${path}` })).code).toBe(0)
  })

  it.each([
    ['localhost:4777', 'http://localhost:4777/', undefined, undefined],
    ['http://localhost:4777/ops', 'http://localhost:4777/ops/', undefined, undefined],
    ['https://app.example/ops/#token=abc', 'https://app.example/ops/', 'abc', undefined],
    ['http://localhost:4777/ops/?x=1#/task/mail.poll', 'http://localhost:4777/ops/', undefined, undefined],
    ['unix:///run/app.sock', 'http://localhost/', undefined, '/run/app.sock'],
    ['./app.sock', 'http://localhost/', undefined, './app.sock'],
  ])('at %s', (address, url, token, socketPath) => {
    expect(targetOf(address, undefined)).toEqual({ url, token, socketPath })
  })
})

describe('runwell', () => {
  it('says why a task is as it is', async () => {
    await breakSomething()

    const { code, out } = await runwell('why feed', env)

    expect(code).toBe(0)
    expect(out).toMatch(/^feed is unhealthy \(for [^)]+\) and waiting\n/)
    expect(out).toMatch(/^ {2}No run has succeeded since this process started: all \d+ runs failed\./m)
    expect(out).toMatch(/^What changed$/m)
    expect(out).toMatch(/^Last error, now: Error: upstream /m)
  })

  it('triggers a task with an input and a reason, which are texts whatever they look like', async () => {
    const done = await runwell(['trigger', 'mail.send', '--input', '"ana"', '--reason', '0042'], env)
    const failed = await runwell(['trigger', 'mail.send', '--input="fail"'], env)
    const { entries } = await asked.read<{ entries: readonly AuditEntry[] }>('audit')

    expect(done).toEqual({ code: 0, out: 'mail.send: succeeded\n', error: '' })
    expect(failed).toMatchObject({ code: 0, out: 'mail.send: failed\n' })
    expect(entries.map(({ reason }) => reason)).toEqual([undefined, '0042'])
  })

  it('pauses for a time, aborts, reschedules and unregisters', async () => {
    expect(await runwell('pause mail.send --for 1h --reason deploy', env)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^mail\.send: paused until \d{4}-/),
    })
    expect(asked.supervisor.task('mail.send')?.pausedUntil).toBe(asked.clock.now() + 3_600_000)
    expect(await runwell('abort mail.send', env)).toMatchObject({ code: 1 })
    expect(await runwell('pause mail.send --for 1h --until 2030-01-01T00:00:00Z', env)).toMatchObject({
      code: 2,
    })
    expect(await runwell('reschedule mail.send --every 5m', env)).toMatchObject({
      out: expect.stringContaining('now every 5m'),
    })
    expect(await runwell('unregister mail.send --reason old', env)).toMatchObject({
      code: 0,
      out: 'mail.send: unregistered\n',
    })
    expect(asked.supervisor.task('mail.send')).toBeUndefined()
  })

  it('says which options a new schedule needs', async () => {
    for (const flags of ['', ' --time-zone Europe/Berlin'])
      expect(await runwell(`reschedule mail.send${flags}`, env)).toEqual({
        code: 2,
        out: '',
        error: "error: a schedule is missing: add --every 30s or --cron '0 3 * * *'\n",
      })
  })

  it('ends with 1 if the task refuses', async () => {
    await runwell('pause mail.send --reason deploy', env)

    expect(await runwell('trigger mail.send', env)).toMatchObject({
      code: 1,
      out: 'mail.send: refused: paused\n',
    })
    expect(await runwell('resume mail.send --json', env)).toMatchObject({
      code: 0,
      out: '{"done":true,"result":"resumed"}\n',
    })
    expect((await runwell('resume mail.send', env)).out).toContain('was not paused')
  })

  it('says who controls a task: --by, else the user of this machine', async () => {
    await runwell(['pause', 'mail.send', '--by', 'ada', '--reason', 'OPS-1234: the server moves'], env)
    await runwell('resume mail.send', env)

    const { out } = await runwell('audit', env)

    const rows = out.split('\n').map((line) => line.split(/ {2,}/).slice(1))
    expect(rows).toEqual([
      ['WHO', 'WHAT', 'TASK', 'RESULT', 'WHY'],
      [`${userInfo().username} (token)`, 'resume', 'mail.send', 'resumed'],
      ['ada (token)', 'pause', 'mail.send', 'paused', 'OPS-1234: the server moves'],
      [],
    ])
  })

  it('says in the first line of `why` who has paused a task, for how long, and why', async () => {
    await runwell(['pause', 'mail.send', '--by', 'ada', '--for', '1h', '--reason', 'OPS-1234'], env)
    await asked.clock.advance(125_000)

    const [first] = (await runwell('why mail.send', env)).out.split('\n')

    expect(first).toMatch(
      /^mail\.send is unknown \(for .+\) and paused by ada \(token\) for 2 min 5 s, until \d{4}-\S+Z: OPS-1234$/,
    )
  })

  it('says that a task has not been controlled yet', async () => {
    expect((await runwell('audit', env)).out).toBe(
      'No one has controlled a task since the process started.\n',
    )
  })

  it('lists three runs of a task with a short period, and says that it has more', async () => {
    const { out } = await runwell('next', env)

    // The console lists 200 of the 360 runs in the next hour, and the command shows 3 of them.
    expect(out.match(/ mail\.poll$/gm)).toHaveLength(3)
    expect(out).toContain(
      'Later runs of these tasks are left out: mail.poll (197 or more). --json prints them.',
    )
  })

  it('shows the local time of a cron with a time zone', async () => {
    const schedule = cron('* * * * *', { timeZone: 'Asia/Kolkata' }) // 5:30 h ahead of UTC, all year
    asked.supervisor.register({ name: 'report', schedule, run: () => {} })

    const line = (await runwell('next', env)).out.split('\n').find((each) => each.includes('report')) ?? ''
    const why = (await runwell('why report', env)).out

    const [, hour = '', minute = '', local] =
      /T(\d\d):(\d\d):00\.000Z \((?:\d{4}-\d\d-\d\d )?(\d\d:\d\d) Asia\/Kolkata\)/.exec(line) ?? []
    const minutes = (Number(hour) * 60 + Number(minute) + 330) % 1_440
    const pad = (part: number) => String(part).padStart(2, '0')
    expect(local).toBe(`${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`)
    expect(why).toMatch(/Its next slots: \S+Z \(.*\d\d:\d\d Asia\/Kolkata\), /)
  })

  it('lists runs, what is due, and what a stop would do', async () => {
    expect((await runwell('runs mail.poll --limit 5', env)).out).toMatch(/\n\S+Z {2}succeeded {2}/)
    expect((await runwell('next', env)).out).toMatch(/^DUE .*\nin 9 ?s .* mail\.poll$/m)
    expect((await runwell('next --within 1s', env)).out).toBe('Nothing is due within 1s.\n')
    expect((await runwell('stop-plan', env)).out).toMatch(/^normal: 2 tasks, 0 runs to wait for$/m)
  })

  it('names the health rule that restarted a run', async () => {
    asked.supervisor.register({
      name: 'gateway',
      schedule: loop(),
      health: [rules.hung({ limit: '30s', restarts: true })],
      run: ({ beat, sleep }) => {
        beat()
        return sleep('1d')
      },
    })
    await asked.clock.advance('32s')

    expect((await runwell(['runs', 'gateway'], env)).out).toContain('cancelled (restart by rule hung)')
    expect((await runwell('stop-plan', env)).out).toMatch(/^ {2}gateway running for \d/m)
  })

  it('prints events until the console ends the stream', async () => {
    let [printed, failed] = ['', '']
    const tail = runCommand(['tail', 'mail.poll', '--level', 'debug'], {
      env,
      print: (text) => {
        printed += text
      },
      printError: (text) => {
        failed += text
      },
    })
    await vi.waitFor(async () => {
      await asked.clock.advance('10s')
      expect(printed).not.toBe('')
    })
    await asked.console.close()

    expect(await tail).toBe(2)
    expect(printed).toMatch(/^\d{4}-\S+Z .*mail\.poll/)
    expect(failed).toMatch(/^The (?:console has ended the stream|process has closed the connection)\.\n$/)
  })

  it('says that it waits for a task that is not registered', async () => {
    let printed = ''
    const print = (text: string): void => {
      printed += text
    }
    const tail = runCommand(['tail', 'mail.pol'], { env, print, printError: print })
    await vi.waitFor(() => expect(printed).not.toBe(''))
    await asked.console.close()

    await tail
    expect(printed).toMatch(
      /^There is no task named "mail\.pol"\. Did you mean "mail\.poll"\? Waiting for it\.\n/,
    )
  })

  it('lets no text of a task change the terminal', async () => {
    await breakSomething()

    for (const args of ['ls', 'why feed', 'runs feed', 'ls --json', 'why feed --json', 'runs feed --json']) {
      const { out, error } = await runwell(args, env)
      expect(out, args).toContain(args === 'ls' ? 'unhealthy' : 'upstream')
      expect(out.match(unsafe), args).toBeNull()
      expect(error).toBe('')
    }
    const { code, out, error } = await runwell(['why', hostile], env)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(error).toContain('There is no task named')
    expect(error.match(unsafe)).toBeNull()
  })
})

describe('runwell ends with 2 and says what is wrong', () => {
  it.each([
    ['lss', "error: unknown command 'lss'\n(Did you mean ls?)\n"],
    ['ls --chek', "error: unknown option '--chek'\n(Did you mean --check?)\n"],
    ['why', "error: missing required argument 'task'\n"],
    ['why a b', "error: too many arguments for 'why'. Expected 1 argument but got 2.\n"],
    ['tail --level loud', 'Allowed choices are debug, info, warn, error.\n'],
    ['runs a --limit 0', 'Expected a whole number from 1 to 1000.\n'],
    ['next --within soon', '`within` must be a duration such as 1h or 90m.\n'],
    ['trigger a --input {to', '--input must be JSON, such as \'{"to":"ana"}\' or \'"ana"\', got {to\n'],
    [
      'ls --url http://ana:secret@127.0.0.1:4777',
      '--url must not contain a user or a password. Pass the token of the console with --token.\n',
    ],
    ['why nobody', 'There is no task named "nobody". `runwell ls` lists the tasks.\n'],
    ['why mail.snd', 'There is no task named "mail.snd". Did you mean "mail.send"?\n'],
    ['pause mail.snd', 'There is no task named "mail.snd". Did you mean "mail.send"?\n'],
    ['ls --url ftp://x', 'or the path of a unix socket, got ftp://x\n'],
  ])('%s', async (args, text) => {
    const { code, out, error } = await runwell(args, env)

    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(error).toContain(text)
  })

  it('if nothing listens', async () => {
    await asked.console.close()

    const { code, error } = await runwell('ls --check', env)

    expect(code).toBe(2)
    expect(error).toMatch(/^Could not reach a console at http:\S+: ECONNREFUSED\. Is the process running\?/)
  })

  it.each([401, 403])('if something in front of the console answers %i', async (status) => {
    await using basic = await serve((_, response) => {
      response.writeHead(status, { 'www-authenticate': 'Basic realm="ops"' }).end()
    })

    expect((await runwell(['ls', '--url', basic.url])).error).toBe(
      `${basic.url} answered ${status}, but not as a Runwell console. ` +
        'Something in front of the console, such as a proxy or a middleware, asks for a sign-in. ' +
        'The command can send only the token of a console. ' +
        'Create a second console with a `token` for it, such as one with its own port.\n',
    )
  })

  it('if something else answers', async () => {
    await using other = await serve((_, response) => response.end('<html>'))
    await using api = await serve((_, response) => {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}')
    })

    expect((await runwell(['ls', '--url', other.url])).error).toBe(
      `${other.url} answered 200, but not as a Runwell console. Use the whole address that the process printed for its console.\n`,
    )
    expect((await runwell(['why', 'mail.send', '--url', api.url])).error).toBe(
      `${api.url} answered 404, but not as a Runwell console. Use the whole address that the process printed for its console.\n`,
    )
  })

  it('if the process does not answer, or ends in between', async () => {
    await using silent = await serve(() => {})
    await using dying = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{', () => response.destroy())
    })

    await expect(new Client(targetOf(silent.url, undefined), 20).read('snapshot')).rejects.toThrow(
      'did not answer within 20 ms. Is the event loop of the process blocked?',
    )
    expect((await runwell(['ls', '--url', dying.url])).error).toBe('The process has closed the connection.\n')
  })
})

it('says in its help that a fleet keeps a pause and a schedule after a restart', async () => {
  const helpOf = async (command: string) => (await runwell([command, '--help'])).out.replace(/\s+/g, ' ')

  expect(await helpOf('pause')).toContain(
    'prevent runs of a task until it is resumed, or the process restarts (in a fleet, also after a restart); aborts a loop',
  )
  expect(await helpOf('reschedule')).toContain(
    'replace the schedule of a task until the process restarts (in a fleet, until you deploy another schedule)',
  )
})

it('runwell --help and --version end with 0', async () => {
  expect(await runwell('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Exit codes: 0') })
  expect(await runwell('--version')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  })
  expect((await runwell([])).code).toBe(2)
})

async function serve(answer: RequestListener): Promise<AsyncDisposable & { readonly url: string }> {
  const server: Server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
