import { spawn } from 'node:child_process'
import { MissingError } from './missing-error.ts'

export interface GoBuild {
  readonly name: string
  readonly go: string
  readonly folder: string
  readonly package: string
  readonly tags: string
  readonly output: string
}

const tellEveryMs = 30_000

export async function goBuild({ name, go, folder, tags, output, ...what }: GoBuild): Promise<void> {
  const began = performance.now()
  const minutes = () => `${((performance.now() - began) / 60_000).toFixed(1)} min`
  console.log(`Building ${name} once; without a Go cache this takes some minutes`)
  // `-v` shows progress: one line per module and package.
  const flags = ['-v', '-mod=readonly', '-trimpath', '-ldflags=-s -w', `-tags=${tags}`, '-o', output]
  const child = spawn('nice', [go, 'build', ...flags, what.package], {
    cwd: folder,
    // Without cgo, the build needs no C compiler.
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let lines = 0
  let last = ''
  child.stderr.on('data', (chunk: Buffer) => {
    lines += String(chunk).split('\n').length - 1
    last = (last + String(chunk)).slice(-3_000)
  })
  const telling = setInterval(() => {
    console.log(`  ${minutes()}, ${lines} packages so far, currently ${last.trimEnd().split('\n').at(-1)}`)
  }, tellEveryMs)
  const stop = () => void child.kill()
  process.once('exit', stop)
  const code = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (status, signal) => resolve(status ?? signal ?? 'unknown'))
  })
  clearInterval(telling)
  process.removeListener('exit', stop)
  if (code !== 0) throw new MissingError(reason(name, code, last))
  console.log(`  built in ${minutes()}`)
}

const network =
  /dial tcp|proxyconnect|no such host|i\/o timeout|connection refused|TLS handshake|reading https?:/

function reason(path: string, code: number | string, output: string): string {
  const end = output.trimEnd().split('\n').slice(-8).join('\n')
  const why = network.test(output)
    ? 'Go could not fetch its modules: allow it to reach proxy.golang.org, or set GOPROXY to one that it can reach.'
    : `go ended with ${code}.`
  return `Could not build ${path}. ${why}\n${end}`
}
