import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

const free = createServer().listen(0, '127.0.0.1')
await once(free, 'listening')
const { port } = free.address()
await once(free.close(), 'close')

const env = { ...process.env, PORT: String(port), HOSTNAME: '127.0.0.1', NEXT_MANUAL_SIG_HANDLE: 'true' }
const server = spawn(process.execPath, process.argv.slice(2), { env, stdio: ['ignore', 'pipe', 'inherit'] })
let output = ''
server.stdout.setEncoding('utf8').on('data', (text) => {
  output += text
})
const exited = once(server, 'exit')

try {
  const answer = await run()
  if (answer.started !== true) throw new Error(`Expected a run, got ${JSON.stringify(answer)}`)
  server.kill('SIGTERM')
  const [code, signal] = await exited
  if (code !== 0) throw new Error(`Expected exit code 0, got ${code ?? signal}`)
  for (const line of [/^Stopping on SIGTERM: /m, /^Stopped in .*all runs ended; exit code 0$/m]) {
    if (!line.test(output)) throw new Error(`Expected a line like ${line}`)
  }
  if (output.includes('Warned: ')) throw new Error('Expected no warning')
} catch (error) {
  throw new Error(`${error.message}\n${output}`)
} finally {
  server.kill('SIGKILL')
}

async function run() {
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/run`)
      const text = await response.text()
      if (!response.ok) throw new Error(`Expected status 200, got ${response.status}: ${text}`)
      return JSON.parse(text)
    } catch (error) {
      if (error.cause?.code !== 'ECONNREFUSED' || server.exitCode !== null) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
