import type { Configuration } from './configuration.ts'
import { configurations } from './configurations.ts'
import { search } from './search.ts'
import type { Summary } from './summary.ts'
import { summarize } from './summary.ts'
import { timelineOf } from './timeline.ts'

export function run(configuration: Configuration): Summary {
  const started = performance.now()
  const result = search(configuration)
  const seconds = (performance.now() - started) / 1_000
  const megabytes = Math.round(process.memoryUsage().rss / 1e6)
  const timeline = result.finding ? timelineOf(configuration, result.finding.path) : []
  return summarize(result, seconds, megabytes, timeline)
}

const name = process.argv[2]
const configuration = configurations.find((one) => one.name === name)
if (configuration) process.send?.(run(configuration))
