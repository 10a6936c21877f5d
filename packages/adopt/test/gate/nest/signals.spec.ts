import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'

it('stops once for two SIGTERM, jobs before the database, and ends by the signal as Nest does', {
  timeout: 60_000,
}, async () => {
  const program = join(import.meta.dirname, 'programs/worker.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  while (!output.includes('ready')) await once(child.stdout, 'data')
  await sleep(100)
  child.kill('SIGTERM')
  await sleep(50)
  child.kill('SIGTERM')
  const [, signal] = await once(child, 'exit')

  expect(output).toBe('ready\njob ended\ndatabase closed\n')
  expect(signal).toBe('SIGTERM')
})
