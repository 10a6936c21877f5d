/** The addresses in the shipped rules. `runwell-alerts` replaces them. */
export const shippedGrafana = 'http://localhost:3000'
export const shippedRunbooks = 'https://github.com/runwell/runwell/blob/main/docs/alerts.md'

/** Returns the address of the runbook of an alert. It is absolute, because Alertmanager and Slack show it. */
export function runbookOf(alert: string): string {
  return `${shippedRunbooks}#${alert.toLowerCase()}`
}
