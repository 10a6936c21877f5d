// Runs the samples of the docs that begin with "```ts run", and compares their output with the page. Arguments select
// pages.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pages, type Sample, samplesOf } from '../docs/samples.ts'
import { root } from '../release/packages.ts'

const limitMs = 30_000
const folder = join(root, 'examples/temp')

/** Sends SIGTERM half a second after the program has added a listener for it. */
const deploy = `const look = setInterval(() => {
  if (process.listenerCount('SIGTERM') === 0) return
  clearInterval(look)
  setTimeout(() => process.kill(process.pid, 'SIGTERM'), 500)
}, 50)
look.unref()`

function play({ page, index, code, prints }: Sample): readonly string[] {
  const file = join(folder, `${page.replace(/\W/g, '-')}-${index}.mts`)
  writeFileSync(file, code)
  const imports = ['tsx', `data:text/javascript,${encodeURIComponent(deploy)}`]
  const { status, error, stdout, stderr } = spawnSync(
    process.execPath,
    [...imports.flatMap((module) => ['--import', module]), file],
    {
      cwd: root,
      env: { ...process.env, FEED_URL: 'data:text/plain,news' },
      encoding: 'utf8',
      timeout: limitMs,
      killSignal: 'SIGKILL',
    },
  )
  const missing = (prints ?? '')
    .split('\n')
    .filter((line) => !stdout.includes(line) && !stderr.includes(line))
  const faults = missing.map((line) => `does not print "${line}"`)
  if (error) faults.push(error.message)
  else if (status !== 0) faults.push(`exit code ${status}`)
  return faults.length === 0 ? [] : [...faults, stdout, stderr]
}

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const wanted = process.argv.slice(2)
const samples = pages
  .filter((page) => wanted.length === 0 || wanted.some((text) => page.includes(text)))
  .flatMap(samplesOf)
  .filter(({ runs }) => runs)
let failures = 0
for (const sample of samples) {
  const faults = play(sample)
  console.log(
    `${sample.page} ${sample.index}: ${faults.length === 0 ? 'ok' : `FAILED\n${faults.join('\n')}`}`,
  )
  if (faults.length > 0) failures++
}
rmSync(folder, { recursive: true, force: true })
console.log(`${samples.length} samples, ${failures} failed`)
process.exitCode = failures === 0 && samples.length > 0 ? 0 : 1
