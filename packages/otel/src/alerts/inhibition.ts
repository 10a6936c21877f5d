import { type Fit, serviceLabels } from './fit.ts'
import { byInstance, byService, byTask } from './vocabulary.ts'

/**
 * While an alert `source` fires, Alertmanager sends no message for an alert `target`. Both alerts must have the same
 * values of the labels `equal`.
 */
const rules = [
  { source: 'RunwellServiceSilent', target: 'RunwellTask.+', equal: byService },
  // `equal` does not contain `instance`, because the source alert has no `instance` if all processes are overdue.
  {
    source: 'RunwellTaskOverdue',
    target: 'RunwellTask(Unhealthy|ErrorRatio|ConsecutiveFailures|BudgetBurn)',
    equal: byTask,
  },
  {
    source: 'RunwellTaskUnhealthy',
    target: 'RunwellTask(ErrorRatio|ConsecutiveFailures)',
    equal: byInstance,
  },
  // `equal` does not contain `instance`, because the target alert judges all processes together and has no `instance`.
  { source: 'RunwellTaskUnhealthy', target: 'RunwellTaskBudgetBurn', equal: byTask },
] as const

/** Users merge this YAML into the configuration of Alertmanager. */
export function inhibitionFile(fit: Fit = {}): string {
  const texts = rules.map(({ source, target, equal }) => {
    const labels = serviceLabels(equal, fit).split(', ')
    return `  - source_matchers:
      - alertname = "${source}"
    target_matchers:
      - alertname =~ "${target}"
    equal:
${labels.map((label) => `      - ${label}`).join('\n')}
`
  })
  return `# Merge it into alertmanager.yml, so that one cause leads to one message.\ninhibit_rules:\n${texts.join('')}`
}
