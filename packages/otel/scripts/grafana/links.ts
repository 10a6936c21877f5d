import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard'

export interface Link {
  readonly title: string
  readonly url: string
}

/** `task` and `job` are Grafana variables. */
export function taskLinks(task: string, job: string): readonly Link[] {
  const failed = `{ span.runwell.task.name = "${task}" && status = error }`
  return [
    { title: 'Failed runs in Tempo', url: explore('tempo', { queryType: 'traceql', query: failed }) },
    { title: 'All runs in Tempo', url: tempoRuns(task) },
    {
      title: 'Failed runs in Jaeger',
      url: explore('jaeger', {
        queryType: 'search',
        service: job,
        tags: `runwell.task.name=${task} error=true`,
      }),
    },
    {
      title: 'All runs in Jaeger',
      url: explore('jaeger', { queryType: 'search', service: job, operation: `run ${task}` }),
    },
    {
      title: 'Log lines in Loki',
      url: explore('loki', { queryType: 'range', expr: `{service_name="${job}"} |= "${task}"` }),
    },
  ]
}

function tempoRuns(task: string): string {
  return explore('tempo', { queryType: 'traceql', query: `{ name = "run ${task}" }` })
}

/** Each type is also the name of a dashboard variable. */
export const linkedSources = ['tempo', 'jaeger', 'loki'] as const

function explore(source: (typeof linkedSources)[number], query: Readonly<Record<string, string>>): string {
  const datasource = `\${${source}}`
  const panes = {
    it: {
      datasource,
      queries: [{ refId: 'A', datasource: { type: source, uid: datasource }, ...query }],
      range: { from: `\${__from}`, to: `\${__to}` },
    },
  }
  return `/explore?schemaVersion=1&orgId=1&panes=${encoded(JSON.stringify(panes))}`
}

/** Encodes the text, except for Grafana variables: Grafana replaces them later. */
function encoded(text: string): string {
  return text
    .split(/(\$\{[\w.:]+\})/)
    .map((part) => (part.startsWith('$') ? part : encodeURIComponent(part)))
    .join('')
}

/** `task` is the label with the task name. */
export const toTask = (task: string): Link => ({
  title: 'Dashboard of the task',
  url: `/d/runwell-task?var-job=\${__data.fields.job}&var-task=\${__data.fields.${task}}&\${__url_time_range}`,
})

export function linkBuilder({ title, url }: Link): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).targetBlank(true)
}
