// Measures how many seconds a new user waits for the first span. The time begins with `npm install`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import * as projects from './projects.ts'

const limitMs = 300_000
const before = "import cron from 'node-cron'\n"
const after = "import { cron } from './supervisor.mjs'\n"

class Collector {
  readonly span: Promise<void>
  readonly #server: Server

  constructor() {
    let received = () => {}
    this.span = new Promise((resolve) => {
      received = resolve
    })
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const packed = Buffer.concat(chunks)
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
      if (request.url === '/v1/traces' && body.includes('run backup')) received()
    })
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

await measure('startTelemetry', projects.newcomerPackages(), 'supervisor.mjs')
await measure('spans alone', projects.spanPackages(), 'supervisor-spans.mjs')

async function measure(what: string, packages: readonly string[], setUp: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'runwell-stop-watch-'))
  const collector = new Collector()
  try {
    const port = await collector.listen()
    const project = join(folder, 'project')
    await projects.install(project, { 'node-cron': '4.6.0' })
    const source = join(projects.consumers, 'stop-watch')
    const text = readFileSync(join(source, 'before.mjs'), 'utf8')

    const began = performance.now()
    await projects.add(project, packages)
    const installed = performance.now()
    copyFileSync(join(source, setUp), join(project, 'supervisor.mjs'))
    if (!text.startsWith(before)) throw new Error(`Expected before.mjs to begin with ${before}`)
    writeFileSync(join(project, 'jobs.mjs'), text.replace(before, after))
    await firstSpan(project, port, collector.span)
    const seconds = (from: number, to: number): string => ((to - from) / 1000).toFixed(1)
    const now = performance.now()
    console.log(
      `stop-watch, ${what}: ${seconds(began, now)} s from npm install to the first span (npm ${seconds(began, installed)} s)`,
    )
  } finally {
    collector.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function firstSpan(project: string, port: number, span: Promise<void>): Promise<void> {
  const program = spawn(process.execPath, ['jobs.mjs'], {
    cwd: project,
    env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const ended = once(program, 'exit').then(([code]) => {
    throw new Error(`The program has ended with ${code} before a span came`)
  })
  const tooLate = sleep(limitMs, undefined, { ref: false }).then(() => {
    throw new Error(`No span within ${limitMs / 1000} s`)
  })
  try {
    await Promise.race([span, ended, tooLate])
  } finally {
    ended.catch(() => {})
    program.kill('SIGKILL')
  }
}
