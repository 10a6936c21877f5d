import { configurations } from './configurations.ts'
import { search } from './search.ts'
import { timelineOf } from './timeline.ts'

const only = process.argv[2]?.split(',')
for (const configuration of configurations) {
  if (only && !only.includes(configuration.name)) continue
  const started = performance.now()
  const r = search(configuration, Number(process.argv[3] ?? 2_000_000))
  const s = (performance.now() - started) / 1000
  process.stdout.write(
    `${configuration.name.padEnd(18)} ${r.states} states ${r.transitions} transitions depth ${r.depth} ${r.isExhausted ? 'exhausted' : 'NOT'} ${s.toFixed(1)} s ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
  )
  if (r.finding) {
    process.stdout.write(`  VIOLATION ${r.finding.invariant}: ${r.finding.message}`)
    for (const line of timelineOf(configuration, r.finding.path)) process.stdout.write(`    ${line}`)
  }
}
