/** The addresses in the shipped rules. `runwell-alerts` replaces them. */
export const shippedGrafana = 'http://localhost:3000'
export const shippedRunbooks = 'https://github.com/runwell/runwell/blob/main/docs/alerts.md'

/** The address of the heading of an alert. Absolute, because Alertmanager and Slack show it far from this package. */
export function runbookOf(alert: string): string {
  return `${shippedRunbooks}#${alert.toLowerCase()}`
}
