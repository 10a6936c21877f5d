// Starts Redis and three workers. Kills the worker that sends invoices, and shows that another worker finishes the
// job.
// With `--watch`, it kills no worker. Kill one yourself, and watch the console of another worker.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { RedisServer } from '../../scripts/servers/redis.ts'

const worker = fileURLToPath(new URL('worker.ts', import.meta.url))
const isWatched = process.argv.includes('--watch')

await using redis = await RedisServer.start({ appendonly: 'yes' })
const { host, port } = redis.connection
let wasKilled = false
let isDone: () => void = () => {}
const done = new Promise<void>((resolve) => {
  isDone = resolve
})
process.once('SIGINT', isDone)
process.once('SIGTERM', isDone)

const workers = [0, 1, 2].map(() => {
  const child = spawn(process.execPath, ['--import', 'tsx', worker], {
    env: { ...process.env, REDIS_URL: `redis://${host}:${port}`, CONSOLE_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout.on('data', (chunk: Buffer) => onSaid(child, String(chunk)))
  return child
})
if (isWatched) console.log('Open a console, kill another process with `kill -9`, and watch. Ctrl-C ends all.')

function onSaid(child: ChildProcess, text: string): void {
  process.stdout.write(text)
  if (isWatched) return
  if (!wasKilled && text.includes('attempt 1')) {
    wasKilled = true
    child.kill('SIGKILL')
    console.log(`killed process ${child.pid} during its run`)
  } else if (wasKilled && text.includes('has sent')) isDone()
}

await done
for (const child of workers) {
  if (child.exitCode !== null || child.signalCode !== null) continue
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
