import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { runAlerts } from '../src/alerts/command.ts'

interface Rule {
  readonly alert?: string
  readonly expr: string
  readonly for?: string
  readonly annotations: Readonly<Record<string, string>>
}

function rulesOf(text: string): readonly Rule[] {
  const { groups } = parse(text) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] }
  return groups.flatMap(({ rules }) => rules)
}

function made(...args: readonly string[]): readonly Rule[] {
  const { code, output } = runAlerts(args)
  expect(code).toBe(0)
  return rulesOf(output)
}

const named = (rules: readonly Rule[], name: string): readonly Rule[] =>
  rules.filter(({ alert }) => alert === name)

const shipped = (file: string): string =>
  readFileSync(new URL(`../prometheus/${file}`, import.meta.url), 'utf8')

type Labels = Readonly<Record<string, string | undefined>>

/** As in Alertmanager, a missing label counts as empty, and a pattern must match the whole value. */
function inhibits(source: Labels, target: Labels): boolean {
  const { inhibit_rules } = parse(runAlerts(['inhibition']).output) as {
    readonly inhibit_rules: readonly Record<
      'source_matchers' | 'target_matchers' | 'equal',
      readonly string[]
    >[]
  }
  const matches = (matcher: string, labels: Labels): boolean => {
    const [, name = '', pattern = ''] = /^(\w+) =~? "(.*)"$/.exec(matcher) ?? []
    return new RegExp(`^(?:${pattern})$`).test(labels[name] ?? '')
  }
  return inhibit_rules.some(
    ({ source_matchers, target_matchers, equal }) =>
      source_matchers.every((matcher) => matches(matcher, source)) &&
      target_matchers.every((matcher) => matches(matcher, target)) &&
      equal.every((label) => (source[label] ?? '') === (target[label] ?? '')),
  )
}

describe('runwell-alerts', () => {
  it.each(['scraped', 'otlp'])('prints the shipped rules for %s without options', (spelling) => {
    expect(made(spelling)).toEqual(rulesOf(shipped(`${spelling}/runwell.yml`)))
  })

  it('prints the shipped rules of Alertmanager', () => {
    expect(runAlerts(['inhibition']).output).toBe(shipped('alertmanager/inhibition.yml'))
  })

  // `RunwellTaskBudgetBurn` judges all processes together, so it has no label `instance`.
  it.each([
    ['RunwellTaskUnhealthy', 'a', 'RunwellTaskErrorRatio', 'a', true],
    ['RunwellTaskUnhealthy', 'a', 'RunwellTaskErrorRatio', 'b', false],
    ['RunwellTaskUnhealthy', 'a', 'RunwellTaskConsecutiveFailures', 'a', true],
    ['RunwellTaskUnhealthy', 'a', 'RunwellTaskBudgetBurn', undefined, true],
    ['RunwellTaskUnhealthy', undefined, 'RunwellTaskBudgetBurn', undefined, true],
    ['RunwellTaskUnhealthy', 'a', 'RunwellTaskStuck', 'a', false],
    ['RunwellTaskOverdue', undefined, 'RunwellTaskUnhealthy', 'a', true],
    ['RunwellTaskOverdue', undefined, 'RunwellTaskUnhealthy', undefined, true],
    ['RunwellTaskOverdue', 'a', 'RunwellTaskUnhealthy', 'a', true],
    ['RunwellTaskOverdue', 'a', 'RunwellTaskUnhealthy', 'b', false],
    ['RunwellTaskOverdue', 'a', 'RunwellTaskErrorRatio', 'b', false],
    ['RunwellTaskOverdue', 'a', 'RunwellTaskBudgetBurn', undefined, true],
    ['RunwellTaskOverdue', undefined, 'RunwellTaskBudgetBurn', undefined, true],
  ])('inhibits by %s of process %s the alert %s of process %s: %s', (source, by, target, of, isInhibited) => {
    const labels = { job: 'shop', runwell_supervisor_name: 'main', runwell_task_name: 'orders.import' }

    const inhibited = inhibits(
      { ...labels, alertname: source, instance: by },
      { ...labels, alertname: target, instance: of },
    )

    expect(inhibited).toBe(isInhibited)
    expect(
      inhibits(
        { ...labels, alertname: source, instance: by, runwell_task_name: 'mails.send' },
        { ...labels, alertname: target, instance: of },
      ),
    ).toBe(false)
  })

  it('sets how long a condition must hold, for all alerts or for one', () => {
    const rules = made(
      'scraped',
      '--for',
      '10m',
      '--for',
      'RunwellTaskUnhealthy=30s',
      '--for=runwelltaskrestartstorm=2m',
    )

    expect(named(rules, 'RunwellTaskUnhealthy').map((rule) => rule.for)).toEqual(['30s', '30s'])
    expect(named(rules, 'RunwellTaskOverdue').map((rule) => rule.for)).toEqual(['10m', '10m'])
    // The shipped rules of these two alerts have no `for`.
    expect(named(rules, 'RunwellTaskRestartStorm').map((rule) => rule.for)).toEqual(['2m', '2m'])
    expect(named(rules, 'RunwellRunsAbandonedAtShutdown').map((rule) => rule.for)).toEqual([undefined])
  })

  it('sets the ratio of RunwellTaskErrorRatio, also in its summary', () => {
    const [rule] = named(made('scraped', '--error-ratio', '0.125'), 'RunwellTaskErrorRatio')

    expect(rule?.expr.match(/> 0\.125 and on/g)).toHaveLength(3)
    expect(rule?.expr).not.toContain('> 0.3 ')
    expect(rule?.annotations['summary']).toContain('more than 12.5 % of its runs fail')
  })

  it('replaces the addresses, and leaves none of the shipped ones', () => {
    const { output } = runAlerts([
      'otlp',
      '--grafana=https://grafana.example.com/',
      '--runbooks=https://wiki.example.com/alerts',
    ])
    const [rule] = named(rulesOf(output), 'RunwellServiceSilent')

    expect(output).not.toMatch(/localhost|github\.com/)
    expect(output).toContain('https://grafana.example.com/d/runwell-task?var-job=')
    expect(rule?.annotations['runbook_url']).toBe('https://wiki.example.com/alerts#runwellservicesilent')
  })

  it('lets the dashboard be the page of the task in a console', () => {
    const [rule] = named(made('scraped', '--console', 'https://shop.example.com/ops/'), 'RunwellTaskStuck')

    expect(rule?.annotations['dashboard_url']).toBe(
      'https://shop.example.com/ops/#/task/{{ $labels.runwell_task_name }}',
    )
  })

  it('replaces the labels of a service everywhere, and may leave only its job', () => {
    const others = runAlerts(['scraped', '--labels', 'region,env']).output
    expect(others).toContain('count by (region, env, job) (runwell_supervisor_up == 1)')
    expect(others).not.toContain('deployment_environment_name')
    expect(runAlerts(['inhibition', '--labels', 'region,env']).output).toContain(
      '- region\n      - env\n      - job\n',
    )

    const alone = runAlerts(['scraped', '--labels', '']).output
    expect(alone).toContain('count by (job) (runwell_supervisor_up == 1)')
    expect(alone).not.toContain('deployment_environment_name')
    expect(runAlerts(['inhibition', '--labels', 'job']).output).not.toContain('cluster')
  })

  it('leaves alerts out', () => {
    const rules = made('scraped', '--without', 'RunwellTaskBudgetBurn', '--without', 'RunwellRunsLost')

    expect(named(rules, 'RunwellTaskBudgetBurn')).toEqual([])
    expect(named(rules, 'RunwellRunsLost')).toEqual([])
    expect(named(rules, 'RunwellTaskUnhealthy')).toHaveLength(2)
  })

  it('makes all rules faster for a rehearsal, but keeps a `for` that is given', () => {
    const rules = made('scraped', '--faster', '10', '--for', 'RunwellTaskUnhealthy=5s')

    expect(named(rules, 'RunwellTaskUnhealthy')[0]?.for).toBe('5s')
    expect(named(rules, 'RunwellTaskOverdue')[0]?.for).toBe('12000ms')
    expect(named(rules, 'RunwellTaskRestartStorm')[0]?.expr).toContain('[90000ms]')
  })

  it('says in the file how to make it again', () => {
    expect(runAlerts(['scraped', '--for', 'RunwellTaskUnhealthy=5m', '--labels', '']).output).toMatch(
      /^# Made by `npx -p @runwell\/otel runwell-alerts scraped --for RunwellTaskUnhealthy=5m --labels ''`\.\n/,
    )
  })

  it.each([
    [[], 'Expected one of scraped, otlp and inhibition, got nothing'],
    [['prometheus'], "Expected one of scraped, otlp and inhibition, got 'prometheus'"],
    [['scraped', 'otlp'], "got 'scraped otlp'"],
    [['scraped', '--for', 'soon'], "Expected --for to be a duration of Prometheus such as 5m, got 'soon'"],
    [
      ['scraped', '--for', 'Unhealthy=5m'],
      'Expected --for to be the name of an alert, such as RunwellTaskUnhealthy',
    ],
    [
      ['scraped', '--without', 'RunwelTaskOverdue'],
      "got 'RunwelTaskOverdue'. Did you mean 'RunwellTaskOverdue'?",
    ],
    [['scraped', '--without', 'TaskOverdue'], "Did you mean 'RunwellTaskOverdue'?"],
    [
      ['scraped', '--error-ratio', '30'],
      "Expected --error-ratio to be a ratio above 0 and below 1, got '30'",
    ],
    [['scraped', '--error-ratio', ''], "got ''"],
    [['scraped', '--faster', '0'], "Expected --faster to be a number from 1, got '0'"],
    [['scraped', '--grafana', 'grafana'], "an address such as https://grafana.example.com, got 'grafana'"],
    [
      ['scraped', '--labels', 'a b'],
      "Expected --labels to be names of labels, separated by commas, got 'a b'",
    ],
    [['scraped', '--window', '5m'], "Unknown option '--window'\nSee npx"],
  ])('refuses %j with what it expects', (args, message) => {
    const { code, output } = runAlerts(args)

    expect(code).toBe(1)
    expect(output).toContain(message)
    expect(output).toContain('See npx -p @runwell/otel runwell-alerts --help')
  })
})
