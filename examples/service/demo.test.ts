import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { bundleOf } from '../../scripts/test/bundle-of.ts'
import { close, listen } from './loopback.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const running = new Set<ChildProcessByStdio<null, Readable, Readable>>()
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
})

class Demo {
  readonly child: ChildProcessByStdio<null, Readable, Readable>
  out = ''
  err = ''

  constructor(...args: readonly string[]) {
    const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' }
    for (const name of Object.keys(env)) if (/^(OTEL|SENTRY|RUNWELL)_/.test(name)) delete env[name]
    const command = [bundleOf('examples/service/main.ts'), ...args]
    this.child = spawn(process.execPath, command, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    running.add(this.child)
    this.child.stdout.on('data', (text) => {
      this.out += String(text)
    })
    this.child.stderr.on('data', (text) => {
      this.err += String(text)
    })
  }

  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.out)
      if (match) return match
      if (this.child.exitCode !== null) throw new Error(`Ended without ${pattern}:\n${this.out}${this.err}`)
      await wait(20)
    }
  }

  async ends(): Promise<number | null> {
    if (this.child.exitCode === null) await once(this.child, 'close')
    running.delete(this.child)
    return this.child.exitCode
  }
}

describe.concurrent('the demo', () => {
  it('ends by itself with a summary of what was sent', { timeout: 60_000 }, async () => {
    const demo = new Demo('--for', '8s', '--no-table', '--port', '0', '--no-console')
    const code = await demo.ends()

    expect(demo.err).toBe('')
    expect(demo.out).not.toContain('Console')
    expect(demo.out).toMatch(/^feeds\.poll +feeds +high +stopped +1\d +[1-9]/m)
    expect(demo.out).toMatch(/^chat\.live +chat +critical +stopped /m)
    expect(demo.out).toMatch(/^reports\.archive +reports +low +(stuck|stopped) /m)
    expect(demo.out).toMatch(/chat\.legacy is parked/)
    expect(demo.out).toMatch(/^Spans by task {2}decoded from OTLP: \d+ in \d+ requests, \d+ KB of protobuf$/m)
    expect(demo.out).toMatch(/feeds\.poll [1-9]\d/)
    expect(demo.out).toMatch(/^Error rate {2}from the metrics alone: \d+ metrics, \d+ series$/m)
    expect(demo.out).toMatch(/feeds\.poll \d+\.\d % \([1-9]\d* of \d+\)/)
    expect(demo.out).toMatch(/^Last trace {2}[0-9a-f]{32}\n {2}run \S+ .*\n {2}└─ GET \/\w+ /m)
    expect(demo.out).toMatch(/trace [0-9a-f]{32} matches span run feeds\.poll ✓/)
    expect(demo.out).toMatch(/^([1-9]\d*) of \1 Sentry issues about a run have the trace id of its span ✓$/m)
    expect(demo.out).toMatch(/^Restarts {2}[1-9]\d* \(.*chat\.live [1-9]/m)
    expect(demo.out).toMatch(/^Shutdown {2}--for is over: took [\d.]+s of at most 8\.0s$/m)
    expect(demo.out).toMatch(
      /^ {2}abandoned reports\.archive run \S+, .* old, last beat .* ago \(archiving\)$/m,
    )
    expect(demo.out).toMatch(/^Exit code 1: reports\.archive was abandoned$/m)
    expect(code).toBe(1)
  })

  it('stops in order on a signal, and names abandoned runs', { timeout: 60_000 }, async () => {
    const other = createServer()
    const taken = await listen(other)
    const demo = new Demo('--no-table', '--port', '0', '--console-port', String(taken), '--seed', '2')
    const [, page = '', token = ''] = await demo.prints(
      /^Console: (http:\/\/127\.0\.0\.1:\d+\/)#token=(\S+) {2}\(port \d+ is in use\)\n {2}Or in another terminal: RUNWELL_URL='\1#token=\2' npm run -s runwell -- why chat\.legacy\n {2}Why is /,
    )
    const [, url = ''] = await demo.prints(/seed 2 · its own API: (http:\/\/127\.0\.0\.1:\d+)\/tasks/)
    const snapshot = await fetch(`${page}api/v1/snapshot`, { headers: { authorization: `Bearer ${token}` } })
    expect(await snapshot.json()).toMatchObject({ process: { title: 'Runwell demo' } })
    await demo.prints(/chat\.live is ready/)
    const status = async (path: string) => (await fetch(url + path)).status
    await wait(4_000)
    expect(await Promise.all(['/livez', '/readyz', '/startupz'].map(status))).toEqual([200, 200, 200])

    demo.child.kill('SIGTERM')
    await demo.prints(
      /^Stopping on SIGTERM: \d tasks? of priority low, then \d of priority normal, then 2 of priority high, then 2 of priority critical; at most 8 s$/m,
    )
    expect(await Promise.all(['/livez', '/readyz'].map(status))).toEqual([200, 503])

    expect(await demo.ends()).toBe(1)
    const stopped = [...demo.out.matchAll(/stopped (low|normal|high|critical) in/g)].map(([, each]) => each)
    expect(stopped).toEqual(['low', 'normal', 'high', 'critical'].filter((each) => stopped.includes(each)))
    expect(stopped).toEqual(expect.arrayContaining(['low', 'high']))
    expect(demo.out).toMatch(/^ {2}abandoned reports\.archive run /m)
    expect(demo.out).toMatch(/^Exit code 1: reports\.archive was abandoned$/m)
    await close(other)
  })

  it('refuses a port that is in use', { timeout: 60_000 }, async () => {
    const other = createServer()
    const port = await listen(other)

    const demo = new Demo('--port', String(port))

    expect(await demo.ends()).toBe(2)
    expect(demo.out).toBe('')
    expect(demo.err).toBe(
      `Port ${port} is in use. Choose another one with --port, or use --port 0 for any free port.\n`,
    )
    await close(other)
  })

  it('refuses an invalid option', { timeout: 60_000 }, async () => {
    const demo = new Demo('--for', 'ever')

    expect(await demo.ends()).toBe(2)
    expect(demo.out).toBe('')
    expect(demo.err).toBe("Expected --for to be a time of at least 1s, such as 20s or 10m, got 'ever'.\n")
  })
})
