import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Episode } from './alert-watch.ts'
import type { Course } from './life.ts'
import { speed } from './speed.ts'
import { type Way, ways } from './ways.ts'

const page = fileURLToPath(new URL('../../../../docs/proof.md', import.meta.url))
const begin = '<!-- made by `npm run test:backends -- --write` -->'
const end = '<!-- end -->'
const wayName = {
  otlp: 'OTLP, Prometheus 3',
  scraped: 'scrape, Prometheus 2.42',
  victoria: 'OTLP through a Collector, VictoriaMetrics',
} as const

const serverName = {
  otlp: 'Prometheus 3 (OTLP)',
  scraped: 'Prometheus 2.42 (scrape)',
  victoria: 'VictoriaMetrics (OTLP through a Collector)',
} as const

export function report(courses: readonly Course[], episodes: readonly Episode[], remarks: readonly string[]) {
  return [pace(courses), lifeTable(courses), ...remarks, alertTable(episodes)].join('\n\n')
}

function pace(courses: readonly Course[]): string {
  const sum = courses.reduce((total, { falsePages }) => total + falsePages, 0)
  return [
    `This test runs ${speed} times faster than production: each window, \`for\` and limit of the rules is divided by ${speed}.`,
    'In the first table, times count from the beginning of the row\'s event. "Received" means that Alertmanager has sent the',
    'alert to a webhook.',
    `False alerts in all rows together: ${sum}.`,
  ].join('\n')
}

function lifeTable(courses: readonly Course[]): string {
  const rows = courses.map(({ situation, detail, way, expected, allowed, fired, falsePages, watchedS }) => [
    situation,
    detail,
    wayName[way],
    expected.join(', ') || 'none',
    allowed.join(', ') || 'none',
    fired
      .map(({ alert, firingS, receivedS }) => `${alert} after ${firingS} s, received after ${receivedS} s`)
      .join('; ') || 'none',
    fired.map(({ firingS }) => `after ${Math.round((firingS * speed) / 60)} min`).join('; ') || '–',
    String(falsePages),
    `${watchedS} s`,
  ])
  const after = 'in production, estimated'
  const alerts = ['alerts that must fire', 'alerts that may fire', 'alerts that fired', after, 'false alerts']
  const head = ['event', 'what the test saw', 'protocol and server of the metrics', ...alerts, 'watched for']
  return table([head, ...rows])
}

function alertTable(episodes: readonly Episode[]): string {
  const faulty = episodes.filter(
    ({ labels }) => labels['job'] === 'faulty-tasks' || labels['job'] === 'lossy-deploy',
  )
  const began = Math.min(...faulty.map(({ firingSince }) => firingSince))
  const alerts = [...new Set(faulty.map(({ labels }) => labels['alertname'] ?? ''))]
  const cell = (alert: string, way: Way) => {
    const found = faulty.filter((one) => one.way === way && one.labels['alertname'] === alert)
    if (found.length === 0) return 'did not fire'
    const tasks = new Set(found.map(({ labels }) => taskOf(labels)))
    const first = Math.round((Math.min(...found.map(({ firingSince }) => firingSince)) - began) / 1_000)
    return `${[...tasks].join(', ')}; first after ${first} s`
  }
  const rows = alerts.map((alert) => [alert, ...ways.map((way) => cell(alert, way))])
  return table([['alert', ...ways.map((way) => `fired in ${serverName[way]} for`)], ...rows])
}

function taskOf(labels: Episode['labels']): string {
  const task = labels['runwell_task_name']?.replace(/^(instance|service)\./, '')
  return task === undefined ? 'the service' : `\`${task}\``
}

export function publish(text: string): void {
  const before = readFileSync(page, 'utf8')
  const from = before.indexOf(begin)
  const to = before.indexOf(end, from)
  if (from < 0 || to < 0) throw new Error(`${page} has no markers for the table`)
  writeFileSync(page, `${before.slice(0, from + begin.length)}\n\n${text}\n\n${before.slice(to)}`)
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')
}
