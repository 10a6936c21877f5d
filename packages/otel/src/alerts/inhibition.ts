import { type Fit, serviceLabels } from './fit.ts'
import { byInstance, byService, byTask } from './vocabulary.ts'

interface Rule {
  readonly source: string
  /** True if the rule is only for a source alert about all processes of the service. */
  readonly ofAllProcesses?: boolean
  readonly target: string
  readonly equal: string
}

/**
 * While an alert `source` fires, Alertmanager sends no message for an alert `target`. Both alerts must have the same
 * values of the labels `equal`. Alertmanager treats a missing label as empty.
 */
const rules: readonly Rule[] = [
  { source: 'RunwellServiceSilent', target: 'RunwellTask.+', equal: byService },
  {
    source: 'RunwellTaskOverdue',
    target: 'RunwellTask(Unhealthy|ErrorRatio|ConsecutiveFailures)',
    equal: byInstance,
  },
  {
    source: 'RunwellTaskOverdue',
    ofAllProcesses: true,
    target: 'RunwellTask(Unhealthy|ErrorRatio|ConsecutiveFailures)',
    equal: byTask,
  },
  {
    source: 'RunwellTaskUnhealthy',
    target: 'RunwellTask(ErrorRatio|ConsecutiveFailures)',
    equal: byInstance,
  },
  // `equal` does not contain `instance`, because the target alert judges all processes together.
  { source: 'RunwellTask(Overdue|Unhealthy)', target: 'RunwellTaskBudgetBurn', equal: byTask },
]

export function inhibitionFile(fit: Fit = {}): string {
  const texts = rules.map(({ source, ofAllProcesses = false, target, equal }) => {
    const labels = serviceLabels(equal, fit).split(', ')
    return `  - source_matchers:
      - alertname =~ "${source}"
${ofAllProcesses ? '      - instance = ""\n' : ''}    target_matchers:
      - alertname =~ "${target}"
    equal:
${labels.map((label) => `      - ${label}`).join('\n')}
`
  })
  return `# Merge it into alertmanager.yml, so that one cause leads to one message.\ninhibit_rules:\n${texts.join('')}`
}
