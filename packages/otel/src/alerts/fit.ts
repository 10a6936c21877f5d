import { shippedGrafana, shippedRunbooks } from './addresses.ts'
import { faster } from './faster.ts'
import type { AlertRule, RecordingRule } from './rule-file.ts'
import { environment, taskName } from './vocabulary.ts'

type Rule = RecordingRule | AlertRule

export interface Fit {
  readonly grafana?: string | undefined
  /** The address of a Runwell console. If it is set, `dashboard_url` opens the console instead of Grafana. */
  readonly console?: string | undefined
  readonly runbooks?: string | undefined
  /** The labels that identify a service, together with `job`. */
  readonly labels?: readonly string[] | undefined
  /** The `for` of each alert. The key `*` is for all other alerts that have a `for`. */
  readonly for?: Readonly<Record<string, string>> | undefined
  /** `RunwellTaskErrorRatio` fires above this ratio, from 0 to 1. */
  readonly errorRatio?: number | undefined
  readonly without?: readonly string[] | undefined
  /**
   * Divides the windows, the `for` and the limits in seconds of the shipped rules. The values of the option `for` are
   * not divided.
   */
  readonly faster?: number | undefined
}

const shippedRatio = 0.3

export function fitted(rules: readonly Rule[], fit: Fit): readonly Rule[] {
  return rules
    .filter((rule) => !('alert' in rule && fit.without?.includes(rule.alert)))
    .map((rule) => faster(relabelled(rule, fit), fit.faster ?? 1))
    .map((rule) => ('alert' in rule ? fittedAlert(rule, fit) : rule))
}

function relabelled<Each extends Rule>(rule: Each, fit: Fit): Each {
  return fit.labels === undefined ? rule : { ...rule, expr: serviceLabels(rule.expr, fit) }
}

export function serviceLabels(text: string, { labels }: Fit): string {
  if (labels === undefined) return text
  return labels.length === 0
    ? text.replaceAll(`${environment}, `, '')
    : text.replaceAll(environment, labels.join(', '))
}

function fittedAlert(rule: AlertRule, fit: Fit): AlertRule {
  const { grafana, runbooks, errorRatio = shippedRatio } = fit
  const wait = fit.for?.[rule.alert] ?? (rule.for === undefined ? undefined : (fit.for?.['*'] ?? rule.for))
  const isRatio = rule.alert === 'RunwellTaskErrorRatio'
  const texts = Object.entries(rule.annotations).map(([name, text]) => {
    const told = isRatio ? text.replace('30 %', `${Math.round(errorRatio * 1000) / 10} %`) : text
    if (name === 'dashboard_url' && fit.console !== undefined)
      return [name, `${fit.console}/#/task/${taskName}`]
    const fits = told.replace(shippedGrafana, grafana ?? shippedGrafana)
    return [name, fits.replace(shippedRunbooks, runbooks ?? shippedRunbooks)]
  })
  const { alert, labels } = rule
  return {
    alert,
    expr: isRatio ? rule.expr.replaceAll('> 0.3 and on', `> ${errorRatio} and on`) : rule.expr,
    ...(wait === undefined ? {} : { for: wait }),
    ...(labels === undefined ? {} : { labels }),
    annotations: Object.fromEntries(texts) as AlertRule['annotations'],
  }
}
