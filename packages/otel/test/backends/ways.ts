import type { Spelling } from '../../src/alerts/vocabulary.ts'

/**
 * `otlp`: by OTLP to Prometheus 3. `scraped`: scraped by Prometheus 2. `victoria`: through a Collector to
 * VictoriaMetrics.
 */
export const ways = ['otlp', 'scraped', 'victoria'] as const
export type Way = (typeof ways)[number]

export const shopWays = ['otlp', 'scraped'] as const satisfies readonly Way[]

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

export const jobs = ['fleet', 'faulty-tasks', 'lossy-deploy'] as const
export type Job = (typeof jobs)[number]
