import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { freeIfStale } from '../src/server/used-socket.ts'
import { askable } from './ask.ts'
import { runwell } from './terminal.ts'

function newPath(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'runwell-')), 'console.sock')
  onTestFinished(() => rmSync(dirname(path), { recursive: true }))
  return path
}

/** A process that is killed while it listens leaves the file of its socket. */
async function killListener(path: string): Promise<void> {
  const program = `require('node:net').createServer().listen(process.argv[1], () => console.log('listening'))`
  const child = spawn(process.execPath, ['-e', program, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(existsSync(path)).toBe(true)
}

async function listening(server: Server, path: string): Promise<void> {
  server.listen(path)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
}

it('a console replaces the socket that a killed process has left', async () => {
  const path = newPath()
  await killListener(path)

  const { console } = askable()
  await console.listen({ socket: path })

  expect((await runwell(['ls', '--url', path])).code).toBe(0)
  await console.close()
  expect(existsSync(path)).toBe(false)
})

it('a console leaves the socket to a console that listens there, and names its process', async () => {
  const path = newPath()
  const { console: first } = askable({}, { name: 'shop' })
  await first.listen({ socket: path })

  await expect(askable().console.listen({ socket: path })).rejects.toMatchObject({
    code: 'EADDRINUSE',
    message: `listen EADDRINUSE: address already in use ${path}: the console of supervisor 'shop' in process ${process.pid} listens there`,
  })
  expect((await runwell(['ls', '--url', path])).code).toBe(0)
})

it('a console leaves the socket to a console that refuses to answer', async () => {
  const path = newPath()
  await askable({ token: 'correct-horse-battery' }).console.listen({ socket: path })

  await expect(askable().console.listen({ socket: path })).rejects.toThrow(
    `address already in use ${path}: another console listens there`,
  )
})

it('a console leaves the socket to a server of another kind, even if that does not answer', async () => {
  const [web, silent] = [newPath(), newPath()]
  await listening(
    createHttpServer((_, response) => void response.end('hello')),
    web,
  )
  await listening(
    createServer((socket) => void socket.on('error', () => {})),
    silent,
  )

  await expect(askable().console.listen({ socket: web })).rejects.toThrow('another server listens there')
  await expect(askable().console.listen({ socket: silent })).rejects.toThrow('another program listens there')
})

it('a console never removes a file that is not a socket', async () => {
  const path = newPath()
  writeFileSync(path, 'important')
  await expect(askable().console.listen({ socket: path })).rejects.toThrow('this file is not a socket')
  expect(readFileSync(path, 'utf8')).toBe('important')

  const [link, stale] = [newPath(), newPath()]
  await killListener(stale)
  symlinkSync(stale, link)
  await expect(askable().console.listen({ socket: link })).rejects.toThrow('this file is not a socket')
  expect(existsSync(stale)).toBe(true)
})

it.each<readonly [string, (path: string, other: string) => void]>([
  ['is another file', (path, other) => renameSync(other, path)],
  ['is a new file with the same inode number', (path) => chmodSync(path, 0o600)],
])('a console leaves a socket that after the check %s: a process has just created it', async (_, replace) => {
  const [path, other] = [newPath(), newPath()]
  await killListener(path)
  await killListener(other)
  const error = new Error('in use')

  const freed = freeIfStale(path, error)
  // Between its look at the file and the refusal of the connection, another process removes and creates the socket.
  replace(path, other)

  expect(await freed).toBe(false)
  expect(error.message).toBe('in use: another process has just created or removed this socket')
  expect(existsSync(path)).toBe(true)
})
