import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard'

/** Where a link leads, and what it is called. */
export interface Link {
  readonly title: string
  readonly url: string
}

/** Traces and logs of a task, in the data sources that the viewer has chosen; `task` is a variable of Grafana. */
export function taskLinks(task: string, job: string): readonly Link[] {
  const failed = `{ span.runwell.task.name = "${task}" && status = error }`
  return [
    { title: 'What failed, in Tempo', url: explore('tempo', { queryType: 'traceql', query: failed }) },
    { title: 'Its runs, in Tempo', url: tempoRuns(task) },
    {
      title: 'What failed, in Jaeger',
      url: explore('jaeger', {
        queryType: 'search',
        service: job,
        tags: `runwell.task.name=${task} error=true`,
      }),
    },
    {
      title: 'Its runs, in Jaeger',
      url: explore('jaeger', { queryType: 'search', service: job, operation: `run ${task}` }),
    },
    {
      title: 'Its log lines, in Loki',
      url: explore('loki', { queryType: 'range', expr: `{service_name="${job}"} |= "${task}"` }),
    },
  ]
}

function tempoRuns(task: string): string {
  return explore('tempo', { queryType: 'traceql', query: `{ name = "run ${task}" }` })
}

/** The data sources that {@link taskLinks} needs, each the name of a variable and its type in Grafana. */
export const linkedSources = ['tempo', 'jaeger', 'loki'] as const

/** A query in Explore over the time that the dashboard shows. */
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

/** Grafana fills in variables before the browser sees the address, so they have to stay as they are. */
function encoded(text: string): string {
  return text
    .split(/(\$\{[\w.:]+\})/)
    .map((part) => (part.startsWith('$') ? part : encodeURIComponent(part)))
    .join('')
}

/** The dashboard of the task in a row of a table. */
export const toTask = (task: string): Link => ({
  title: 'Its dashboard',
  url: `/d/runwell-task?var-job=\${__data.fields.job}&var-task=\${__data.fields.${task}}&\${__url_time_range}`,
})

export function linkBuilder({ title, url }: Link): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).targetBlank(true)
}
