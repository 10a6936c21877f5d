import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { coverage } from './coverage.ts'
import { soak, soakTwice } from './soak.ts'

// Runs random sequences of commands with failing observers: `npm run test:soak -- --for 60s --seed 1`. For a failed
// sequence, it prints the options that replay it.
// With `--twice`, each sequence also runs with working observers. Both runs must emit the same events.

const { values } = parseArgs({
  options: {
    for: { type: 'string', default: '60s' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    path: { type: 'string' },
    replay: { type: 'string' },
    twice: { type: 'boolean', default: false },
  },
})

console.error = () => {} // hides the warnings of the supervisor, because random commands cause many
process.on('unhandledRejection', (reason) => {
  process.stdout.write(`an unhandled rejection: ${String(reason)}\n`)
  process.exitCode = 1
})

const began = performance.now()
const untilMs = toMs(values.for)
const batch = 100
const attempt = values.twice ? soakTwice : soak
let tries = 0
let seed = Number(values.seed)
for (;;) {
  const details = await attempt(
    { seed, path: values.path, replayPath: values.replay },
    values.path ? 1 : batch,
  )
  tries += details.numRuns
  if (details.failed) {
    process.stdout.write(`${fc.defaultReportMessage(details)}\n\n`)
    const { errorInstance } = details
    process.stdout.write(
      `${errorInstance instanceof Error ? errorInstance.message : String(errorInstance)}\n\n`,
    )
    const replay = /replayPath="([^"]*)"/.exec(String(details.counterexample))?.[1] ?? ''
    process.stdout.write(
      `replay: npm run test:soak -- --seed ${seed} --path ${details.counterexamplePath} --replay ${replay}${values.twice ? ' --twice' : ''}\n`,
    )
    process.exit(1)
  }
  if (values.path || performance.now() - began >= untilMs) break
  seed += 1
}
const seconds = ((performance.now() - began) / 1_000).toFixed(1)
process.stdout.write(`${tries} sequences from seed ${values.seed} on, ${seconds} s: every invariant held\n`)
const kinds = coverage()
const events = kinds.reduce((sum, [, count]) => sum + count, 0)
const rarest = kinds.slice(0, 8).map(([kind, count]) => `${kind} ${count}`)
process.stdout.write(
  `${events.toLocaleString('en')} events of ${kinds.length} kinds; the rarest: ${rarest.join(', ')}\n`,
)

function toMs(text: string): number {
  const [, amount = '60', unit = 's'] = /^(\d+)(s|m|h)$/.exec(text) ?? []
  return Number(amount) * { s: 1_000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h']
}
