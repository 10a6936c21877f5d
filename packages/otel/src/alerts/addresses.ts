/** The addresses in the shipped rules. Options of the command `runwell-alerts` replace them. */
export const shippedGrafana = 'http://localhost:3000'
export const shippedRunbooks = 'https://github.com/runwell/runwell/blob/main/docs/alerts.md'

/** Returns the URL of the runbook of an alert. It is absolute, because people open it from Alertmanager or Slack. */
export function runbookOf(alert: string): string {
  return `${shippedRunbooks}#${alert.toLowerCase()}`
}
