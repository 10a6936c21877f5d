import { shippedGrafana, shippedRunbooks } from './addresses.ts'
import { faster } from './faster.ts'
import type { AlertRule, RecordingRule } from './rule-file.ts'
import { environment, taskName } from './vocabulary.ts'

type Rule = RecordingRule | AlertRule

/** What differs from the shipped rules. */
export interface Fit {
  /** The address of Grafana. */
  readonly grafana?: string | undefined
  /** The address of a console of Runwell that `dashboard_url` opens in place of Grafana. */
  readonly console?: string | undefined
  /** The address of a page with a heading for each alert. */
  readonly runbooks?: string | undefined
  /** The labels that identify a service, besides `job`. */
  readonly labels?: readonly string[] | undefined
  /** `for` by the name of the alert; `*` stands for every alert that has a `for`. */
  readonly for?: Readonly<Record<string, string>> | undefined
  /** `RunwellTaskErrorRatio` fires above this ratio, from 0 to 1. */
  readonly errorRatio?: number | undefined
  /** Names of alerts that are left out. */
  readonly without?: readonly string[] | undefined
  /** Each window, `for` and limit in seconds is divided by this number. */
  readonly faster?: number | undefined
}

const shippedRatio = 0.3

/** The rules with the values of `fit` and without those that it leaves out, in the same order. */
export function fitted(rules: readonly Rule[], fit: Fit): readonly Rule[] {
  return rules
    .filter((rule) => !('alert' in rule && fit.without?.includes(rule.alert)))
    .map((rule) => faster(relabelled(rule, fit), fit.faster ?? 1))
    .map((rule) => ('alert' in rule ? fittedAlert(rule, fit) : rule))
}

function relabelled<Each extends Rule>(rule: Each, fit: Fit): Each {
  return fit.labels === undefined ? rule : { ...rule, expr: serviceLabels(rule.expr, fit) }
}

/** The text with the labels of the user's services. */
export function serviceLabels(text: string, { labels }: Fit): string {
  if (labels === undefined) return text
  // If the list of labels is empty, only `job` identifies a service. So the comma after the labels is removed, too.
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
