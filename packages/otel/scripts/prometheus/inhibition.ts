import { stringify } from 'yaml'
import { byInstance, byService } from './vocabulary.ts'

const ofTask = byInstance.split(', ')
const ofService = byService.split(', ')

/** Which alert inhibits which, so that one cause leads to one message. */
const rules = [
  rule('RunwellServiceSilent', 'RunwellTask.+', ofService),
  rule('RunwellTaskOverdue', 'RunwellTask(Unhealthy|ErrorRatio|ConsecutiveFailures|BudgetBurn)', ofTask),
  rule('RunwellTaskUnhealthy', 'RunwellTask(ErrorRatio|ConsecutiveFailures|BudgetBurn)', ofTask),
]

function rule(source: string, target: string, equal: readonly string[]) {
  return {
    source_matchers: [`alertname = "${source}"`],
    target_matchers: [`alertname =~ "${target}"`],
    equal,
  }
}

/** Users merge it into the configuration of Alertmanager. */
export function inhibitionFile(): string {
  return `# Made by \`npm run alerts\`: the part of alertmanager.yml that lets one cause give one message.\n${stringify({ inhibit_rules: rules }, { lineWidth: 0 })}`
}
