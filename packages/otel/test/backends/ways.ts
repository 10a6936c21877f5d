import type { Spelling } from '../../src/alerts/vocabulary.ts'

/**
 * The ways of metrics: `otlp` by OTLP to Prometheus 3, `scraped` by a scrape to Prometheus 2, `victoria` by OTLP
 * through a Collector to VictoriaMetrics, whose rules vmalert evaluates.
 */
export const ways = ['otlp', 'scraped', 'victoria'] as const
export type Way = (typeof ways)[number]

/** The ways of the metrics of the shop. They need no Collector. */
export const shopWays = ['otlp', 'scraped'] as const satisfies readonly Way[]

/** The spelling of the metric names in rules and dashboards. */
export const spellingOf: Readonly<Record<Way, Spelling>> = {
  otlp: 'otlp',
  scraped: 'scraped',
  victoria: 'otlp',
}

export const nameOf: Readonly<Record<Way, string>> = {
  otlp: 'Prometheus 3',
  scraped: 'Prometheus 2',
  victoria: 'VictoriaMetrics',
}

/** Services whose processes a `Fleet` starts. Their scrape targets are in `targets/<job>.json`. */
export const jobs = ['fleet', 'faulty-tasks', 'lossy-deploy'] as const
export type Job = (typeof jobs)[number]
