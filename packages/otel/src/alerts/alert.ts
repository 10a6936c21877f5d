import type { Scope } from '@runwell/core'
import { runbookOf, shippedGrafana } from './addresses.ts'
import { infoLabels, recorded } from './recording.ts'
import type { AlertRule } from './rule-file.ts'
import { byInstance, byTask, taskName } from './vocabulary.ts'

export interface TaskAlert {
  readonly alert: string
  readonly for?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly summary: string
  readonly description: string
  /** The query for tasks of scope `instance`. The result has the labels of `byInstance` or of `byTask`. */
  readonly instance?: string
  /** The query for tasks of scope `service`. The result has the labels of `byTask`. */
  readonly service?: string
}

export function taskRules({ instance, service, ...alert }: TaskAlert): AlertRule[] {
  return [
    ...(instance === undefined ? [] : [rule(alert, 'instance', instance)]),
    ...(service === undefined ? [] : [rule(alert, 'service', service)]),
  ]
}

function rule(alert: Omit<TaskAlert, 'instance' | 'service'>, scope: Scope, expr: string): AlertRule {
  // The result of a query over all processes, for example for an error budget, has no label `instance`. Then the
  // summary names no instance.
  const where = scope === 'instance' ? '{{ with $labels.instance }} on {{ . }}{{ end }}' : ''
  return {
    alert: alert.alert,
    expr: joined(expr, scope),
    ...(alert.for === undefined ? {} : { for: alert.for }),
    labels: { scope, ...alert.labels },
    annotations: taskAnnotations(alert.alert, alert.summary, alert.description, where),
  }
}

export function taskAnnotations(
  alert: string,
  summary: string,
  description: string,
  where = '',
): Readonly<Record<string, string>> {
  return {
    summary: `${taskName}${where}: ${summary}`,
    description,
    runbook_url: `{{ with $labels.runbook_url }}{{ . }}{{ else }}${runbookOf(alert)}{{ end }}`,
    dashboard_url: `${shippedGrafana}/d/runwell-task?var-job={{ $labels.job }}&var-task=${taskName}`,
  }
}

function joined(expr: string, scope: Scope): string {
  const extra = infoLabels.join(', ')
  return `(${expr}) * on (${byTask}) group_left (${extra}) ${recorded.info}{scope="${scope}"}`
}

export function both(ask: (by: string) => string): { readonly instance: string; readonly service: string } {
  return { instance: ask(byInstance), service: ask(byTask) }
}
