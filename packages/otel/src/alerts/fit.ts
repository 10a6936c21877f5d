import { shippedGrafana, shippedRunbooks } from './addresses.ts'
import { faster } from './faster.ts'
import type { AlertRule, RecordingRule } from './rule-file.ts'
import { environment, taskName } from './vocabulary.ts'

type Rule = RecordingRule | AlertRule

/** What the user changes in the shipped rules. A value that is missing leaves the rules as they are. */
export interface Fit {
  readonly grafana?: string | undefined
  /** The address of a console of Runwell. `dashboard_url` then opens the console instead of Grafana. */
  readonly console?: string | undefined
  /** The address of a page with a heading for each alert. */
  readonly runbooks?: string | undefined
  /** The labels that identify a service, besides `job`. */
  readonly labels?: readonly string[] | undefined
  /** The `for` of each named alert. The key `*` sets the `for` of all other alerts that have one. */
  readonly for?: Readonly<Record<string, string>> | undefined
  /** `RunwellTaskErrorRatio` fires above this ratio, from 0 to 1. */
  readonly errorRatio?: number | undefined
  /** Names of alerts that are left out. */
  readonly without?: readonly string[] | undefined
  /** Divides each window, `for` and limit in seconds of the shipped rules. Values in `for` above are not divided. */
  readonly faster?: number | undefined
}

const shippedRatio = 0.3

/** Returns the rules in the same order, changed as `fit` says and without the alerts in `fit.without`. */
export function fitted(rules: readonly Rule[], fit: Fit): readonly Rule[] {
  return rules
    .filter((rule) => !('alert' in rule && fit.without?.includes(rule.alert)))
    .map((rule) => faster(relabelled(rule, fit), fit.faster ?? 1))
    .map((rule) => ('alert' in rule ? fittedAlert(rule, fit) : rule))
}

function relabelled<Each extends Rule>(rule: Each, fit: Fit): Each {
  return fit.labels === undefined ? rule : { ...rule, expr: serviceLabels(rule.expr, fit) }
}

/** Returns the text with the labels of `environment` replaced by `labels`. */
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
