export interface Group {
  readonly title: string
  readonly pages: readonly Page[]
  readonly isForContributors?: boolean
}

export interface Page {
  readonly title: string
  /** The path of the page below `docs/`. */
  readonly file: string
}

const page = (title: string, file: string): Page => ({ title, file })

export const groups: readonly Group[] = [
  {
    title: 'Start',
    pages: [page('Install', 'install.md'), page('Getting started', 'getting-started.md')],
  },
  {
    title: 'Guides',
    pages: [
      page('The run context', 'guides/run-context.md'),
      page('Consumers', 'guides/consumers.md'),
      page('Jobs on request', 'guides/on-request.md'),
      page('Schedules and time', 'guides/schedules.md'),
      page('Health and alerts', 'guides/health-and-alerts.md'),
      page('Prometheus', 'guides/prometheus.md'),
      page('Shutdown', 'guides/shutdown.md'),
      page('Kubernetes', 'kubernetes.md'),
      page('Testing', 'guides/testing.md'),
      page('Logging', 'guides/logging.md'),
      page('Express, Fastify, Hono', 'guides/web-frameworks.md'),
      page('NestJS', 'guides/nest.md'),
      page('BullMQ', 'guides/bullmq.md'),
      page('discord.js', 'guides/discord.md'),
      page('Tasks in one replica', 'guides/leader.md'),
      page('The console', 'guides/console.md'),
      page('One process to many', 'guides/fleet.md'),
      page('Running it', 'guides/running.md'),
    ],
  },
  {
    title: 'Migrating',
    pages: [
      page('Overview', 'migrating/README.md'),
      page('From node-cron', 'migrating/node-cron.md'),
      page('From croner', 'migrating/croner.md'),
      page('From cron', 'migrating/cron.md'),
      page('From @nestjs/schedule', 'migrating/nestjs-schedule.md'),
      page('From BullMQ', 'migrating/bullmq.md'),
      page('From setInterval', 'migrating/set-interval.md'),
    ],
  },
  {
    title: 'Reference',
    pages: [
      page('Options', 'options.md'),
      page('Events', 'events.md'),
      page('Metrics', 'metrics.md'),
      page('Telemetry conventions', 'conventions.md'),
      page('Health rules', 'health.md'),
      page('Alerts', 'alerts.md'),
      page('Errors and lints', 'errors.md'),
      page('Sentry', 'sentry.md'),
      page('Glossary', 'glossary.md'),
    ],
  },
  {
    title: 'Why',
    pages: [page('Comparison', 'comparison.md'), page('Semantics in depth', 'semantics.md')],
  },
  {
    title: 'For contributors',
    isForContributors: true,
    pages: [
      page('Architecture', 'architecture.md'),
      page('Proof', 'proof.md'),
      page('Performance', 'performance.md'),
      page('Decisions', 'decisions/README.md'),
      page('From Tux', 'from-tux.md'),
    ],
  },
]
