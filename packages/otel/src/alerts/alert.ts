import type { Scope } from '@runwell/core'
import { runbookOf, shippedGrafana } from './addresses.ts'
import { infoLabels, recorded } from './recording.ts'
import type { AlertRule } from './rule-file.ts'
import { byInstance, byTask, taskName } from './vocabulary.ts'

/** A condition on a task: in each process separately, or in all processes together. */
export interface TaskAlert {
  readonly alert: string
  readonly for?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly summary: string
  readonly description: string
  /** An expression whose series have the labels of `byInstance`. */
  readonly instance?: string
  /** An expression whose series have the labels of `byTask`. */
  readonly service?: string
}

/** Returns a rule per scope. It is joined with the info metric of the task, which has the scope and routing labels. */
export function taskRules({ instance, service, ...alert }: TaskAlert): AlertRule[] {
  return [
    ...(instance === undefined ? [] : [rule(alert, 'instance', instance)]),
    ...(service === undefined ? [] : [rule(alert, 'service', service)]),
  ]
}

function rule(alert: Omit<TaskAlert, 'instance' | 'service'>, scope: Scope, expr: string): AlertRule {
  // Some alerts of scope `instance` have no instance. Those on budgets, for example, count the runs of all processes.
  const where = scope === 'instance' ? '{{ with $labels.instance }} on {{ . }}{{ end }}' : ''
  return {
    alert: alert.alert,
    expr: joined(expr, scope),
    ...(alert.for === undefined ? {} : { for: alert.for }),
    labels: { scope, ...alert.labels },
    annotations: taskAnnotations(alert.alert, alert.summary, alert.description, where),
  }
}

/** Returns the annotations, with the runbook of the task if it has one, else that of the alert. */
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

/** Returns the same condition for each process and for all processes together. */
export function both(ask: (by: string) => string): { readonly instance: string; readonly service: string } {
  return { instance: ask(byInstance), service: ask(byTask) }
}
