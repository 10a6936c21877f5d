// The stop-watch of a newcomer: has a program with a job of node-cron, installs the packed tarballs with npm, changes one
// line, and starts the program. Prints the seconds from `npm install` to the first span of the job.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import * as projects from './projects.ts'

const limitMs = 300_000
const before = "import cron from 'node-cron'\n"
const after = "import { cron } from './supervisor.mjs'\n"

const folder = mkdtempSync(join(tmpdir(), 'runwell-stop-watch-'))
const project = join(folder, 'project')
let received = () => {}
const span = new Promise<void>((resolve) => {
  received = resolve
})
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const packed = Buffer.concat(chunks)
  const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed
  response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
  // Texts stand in protobuf as they are.
  if (request.url === '/v1/traces' && body.includes('run backup')) received()
})
try {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await projects.install(project, { 'node-cron': '4.6.0' })
  const source = join(projects.consumers, 'stop-watch')
  const text = readFileSync(join(source, 'before.mjs'), 'utf8')

  const began = performance.now()
  await projects.add(project, projects.newcomerPackages())
  const installed = performance.now()
  copyFileSync(join(source, 'supervisor.mjs'), join(project, 'supervisor.mjs'))
  if (!text.startsWith(before)) throw new Error(`Expected before.mjs to begin with ${before}`)
  writeFileSync(join(project, 'jobs.mjs'), text.replace(before, after))
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
  const seconds = (from: number, to: number): string => ((to - from) / 1000).toFixed(1)
  const now = performance.now()
  console.log(
    `stop-watch: ${seconds(began, now)} s from npm install to the first span (npm ${seconds(began, installed)} s)`,
  )
} finally {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
}
