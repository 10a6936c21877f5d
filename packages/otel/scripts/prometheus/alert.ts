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

function rule(alert: Omit<TaskAlert, 'instance' | 'service'>, scope: string, expr: string): AlertRule {
  const task = `{{ $labels.${label('taskName')} }}`
  const where = scope === 'instance' ? ' on {{ $labels.instance }}' : ''
  return {
    alert: alert.alert,
    expr: joined(expr, scope),
    ...(alert.for === undefined ? {} : { for: alert.for }),
    labels: { scope, ...alert.labels },
    annotations: {
      summary: `${task}${where}: ${alert.summary}`,
      description: alert.description,
      runbook_url: `{{ with $labels.runbook_url }}{{ . }}{{ else }}docs/alerts.md#${alert.alert.toLowerCase()}{{ end }}`,
      dashboard_url: `${grafana}/d/runwell-task?var-job={{ $labels.job }}&var-task=${task}`,
    },
  }
}

function joined(expr: string, scope: string): string {
  const extra = infoLabels.join(', ')
  return `(${expr}) * on (${byTask}) group_left (${extra}) ${recorded.info}{scope="${scope}"}`
}

/** The same question to every process of a task and to all of them together. */
export function both(ask: (by: string) => string): { readonly instance: string; readonly service: string } {
  return { instance: ask(byInstance), service: ask(byTask) }
}
