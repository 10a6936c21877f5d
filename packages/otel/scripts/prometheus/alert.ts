import type { Scope } from '@runwell/core'
import { infoLabels, recorded } from './recording.ts'
import type { AlertRule } from './rule-file.ts'
import { byInstance, byTask, label } from './vocabulary.ts'

/** Where Grafana is; whoever has it elsewhere replaces this. */
const grafana = 'http://localhost:3000'

/** What is asked of one task: in each process by itself, or in all of them together. */
export interface TaskAlert {
  readonly alert: string
  readonly for?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly summary: string
  readonly description: string
  /** Gives series by `byInstance`. */
  readonly instance?: string
  /** Gives series by `byTask`. */
  readonly service?: string
}

/** The rule for tasks of each scope, told apart by the info of the task, which also says whom to tell. */
export function taskRules({ instance, service, ...alert }: TaskAlert): AlertRule[] {
  return [
    ...(instance === undefined ? [] : [rule(alert, 'instance', instance)]),
    ...(service === undefined ? [] : [rule(alert, 'service', service)]),
  ]
}

function rule(alert: Omit<TaskAlert, 'instance' | 'service'>, scope: Scope, expr: string): AlertRule {
  // Budgets are counted over all processes whatever the scope, so there may be none to name.
  const where = scope === 'instance' ? '{{ with $labels.instance }} on {{ . }}{{ end }}' : ''
  return {
    alert: alert.alert,
    expr: joined(expr, scope),
    ...(alert.for === undefined ? {} : { for: alert.for }),
    labels: { scope, ...alert.labels },
    annotations: taskAnnotations(alert.alert, alert.summary, alert.description, where),
  }
}

/** What a human is told of a task: the runbook of the task itself where it has one, else that of the alert. */
export function taskAnnotations(
  alert: string,
  summary: string,
  description: string,
  where = '',
): Readonly<Record<string, string>> {
  const task = `{{ $labels.${label('taskName')} }}`
  return {
    summary: `${task}${where}: ${summary}`,
    description,
    runbook_url: `{{ with $labels.runbook_url }}{{ . }}{{ else }}docs/alerts.md#${alert.toLowerCase()}{{ end }}`,
    dashboard_url: `${grafana}/d/runwell-task?var-job={{ $labels.job }}&var-task=${task}`,
  }
}

function joined(expr: string, scope: Scope): string {
  const extra = infoLabels.join(', ')
  return `(${expr}) * on (${byTask}) group_left (${extra}) ${recorded.info}{scope="${scope}"}`
}

/** The same question to every process of a task and to all of them together. */
export function both(ask: (by: string) => string): { readonly instance: string; readonly service: string } {
  return { instance: ask(byInstance), service: ask(byTask) }
}
