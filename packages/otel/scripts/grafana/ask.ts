import type { MetricName } from '../../src/metrics/metric.ts'
import type { Vocabulary } from '../prometheus/vocabulary.ts'

type Where = Parameters<Vocabulary['metric']>[1]

/** A query for a metric of what the viewer has chosen. */
export type Ask = (name: MetricName, where?: Where) => string

/** Makes queries that are limited to what the viewer has chosen. */
export function asker(words: Vocabulary, chosen: string): Ask {
  return (name, where) => {
    const selector = words.metric(name, where)
    return selector.endsWith('}') ? `${selector.slice(0, -1)},${chosen}}` : `${selector}{${chosen}}`
  }
}
