import type { Spelling } from '../../src/alerts/vocabulary.ts'

/**
 * The ways in which metrics reach a backend. `otlp`: OTLP to Prometheus 3. `scraped`: Prometheus 2 scrapes them.
 * `victoria`: OTLP through a Collector to VictoriaMetrics, with vmalert for the rules.
 */
export const ways = ['otlp', 'scraped', 'victoria'] as const
export type Way = (typeof ways)[number]

/** The ways that the service `shop` uses. */
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
