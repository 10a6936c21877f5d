export const shippedGrafana = 'http://localhost:3000'
export const shippedRunbooks = 'https://github.com/runwell/runwell/blob/main/docs/alerts.md'

/** The URL is absolute, because people open it from Alertmanager or Slack. */
export function runbookOf(alert: string): string {
  return `${shippedRunbooks}#${alert.toLowerCase()}`
}
