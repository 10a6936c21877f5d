import { parseArgs } from 'node:util'
import { nearMiss } from '@runwell/core/adapter'
import { shippedGrafana, shippedRunbooks } from './addresses.ts'
import type { Fit } from './fit.ts'
import { inhibitionFile } from './inhibition.ts'
import { alertNames, ruleFile } from './rules.ts'
import { environment, spellings } from './vocabulary.ts'

const usage = `Prints the alert rules of Runwell for Prometheus, with your values.

  npx -p @runwell/otel runwell-alerts scraped > rules/runwell.yml

  scraped      for metrics that Prometheus scrapes from \`prometheus: { port }\`
  otlp         for metrics that come by OTLP
  inhibition   the rules for Alertmanager: one cause leads to one message

  --grafana <url>            your Grafana (${shippedGrafana})
  --console <url>            a console of Runwell that dashboard_url opens in place of Grafana
  --runbooks <url>           your page with a heading for each alert (${shippedRunbooks})
  --labels <a,b,c>           the labels that identify a service besides job (${environment.replaceAll(' ', '')})
  --for <duration>           how long a condition must hold, for each alert that has a \`for\`
  --for <alert>=<duration>   the same for one alert, such as RunwellTaskUnhealthy=5m
  --error-ratio <ratio>      RunwellTaskErrorRatio fires above this ratio of runs (0.3)
  --without <alert>          leaves an alert out
  --faster <n>               for a rehearsal: divides each window, limit in seconds and shipped \`for\` by n

--for and --without may be repeated.
`

export interface Answer {
  readonly code: 0 | 1
  readonly output: string
}

export function runAlerts(args: readonly string[]): Answer {
  try {
    return { code: 0, output: answer(args) }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    const message = text.replace(/\. To specify a positional argument.*$/s, '') // a hint that does not fit here
    return { code: 1, output: `${message}\nSee npx -p @runwell/otel runwell-alerts --help\n` }
  }
}

function answer(args: readonly string[]): string {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      grafana: { type: 'string' },
      console: { type: 'string' },
      runbooks: { type: 'string' },
      labels: { type: 'string' },
      for: { type: 'string', multiple: true },
      'error-ratio': { type: 'string' },
      without: { type: 'string', multiple: true },
      faster: { type: 'string' },
    },
  })
  if (values.help) return usage
  const [what, ...more] = positionals
  const fit: Fit = {
    grafana: addressOf('grafana', values.grafana),
    console: addressOf('console', values.console),
    runbooks: addressOf('runbooks', values.runbooks),
    labels: values.labels === undefined ? undefined : labelsOf(values.labels),
    for: values.for && Object.fromEntries(values.for.map(waitOf)),
    errorRatio: numberOf(
      'error-ratio',
      values['error-ratio'],
      'a ratio above 0 and below 1',
      (n) => n > 0 && n < 1,
    ),
    without: values.without?.map((name) => alertOf('without', name)),
    faster: numberOf('faster', values.faster, 'a number from 1', (n) => n >= 1),
  }
  if (what === 'inhibition' && more.length === 0) return inhibitionFile(fit)
  const spelling = spellings.find((each) => each === what)
  if (spelling === undefined || more.length > 0) {
    const got = positionals.length === 0 ? 'nothing' : `'${positionals.join(' ')}'`
    throw new Error(`Expected one of scraped, otlp and inhibition, got ${got}`)
  }
  const call = [
    'npx -p @runwell/otel runwell-alerts',
    ...args.map((arg) => (/^[\w:/.,=@-]+$/.test(arg) ? arg : `'${arg}'`)),
  ].join(' ')
  return ruleFile(spelling, fit, `# Made by \`${call}\`.\n`)
}

function addressOf(option: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (!/^https?:\/\/[^\s#]+$/.test(text))
    throw wrong(option, 'an address such as https://grafana.example.com', text)
  return text.replace(/\/$/, '')
}

function labelsOf(text: string): readonly string[] {
  const labels = text.split(',').map((label) => label.trim())
  if (text.trim() === '') return []
  const odd = labels.find((label) => !/^[A-Za-z_]\w*$/.test(label))
  if (odd !== undefined) throw wrong('labels', 'names of labels, separated by commas', text)
  return labels.filter((label) => label !== 'job')
}

function waitOf(text: string): [alert: string, wait: string] {
  const [left = '', right] = text.split('=', 2)
  const wait = right ?? left
  if (!/^(?:\d+(?:ms|s|m|h|d|w|y))+$/.test(wait))
    throw wrong('for', 'a duration of Prometheus such as 5m', text)
  return [right === undefined ? '*' : alertOf('for', left), wait]
}

function alertOf(option: string, name: string): string {
  const names = alertNames()
  const found = names.find((each) => each.toLowerCase() === name.toLowerCase())
  if (found !== undefined) return found
  const meant = nearMiss(name, names) ?? names.find((each) => each.toLowerCase().endsWith(name.toLowerCase()))
  const hint = meant === undefined ? '' : `. Did you mean '${meant}'?`
  throw wrong(option, `the name of an alert, such as ${names[0]}`, name, hint)
}

function numberOf(
  option: string,
  text: string | undefined,
  expected: string,
  fits: (value: number) => boolean,
): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || !fits(value)) throw wrong(option, expected, text)
  return value
}

function wrong(option: string, expected: string, got: string, hint = ''): Error {
  return new Error(`Expected --${option} to be ${expected}, got '${got}'${hint}`)
}
