import { readFileSync } from 'node:fs'
import { rules } from '@runwell/core'
import { describe, expect, it } from 'vitest'
import { fleetDashboard, taskDashboard } from '../scripts/grafana/dashboards.ts'
import { lostRunsQuery } from '../scripts/grafana/lost-runs.ts'
import { Vocabulary } from '../src/alerts/vocabulary.ts'
import { statusStates } from '../src/base/results.ts'

interface Link {
  readonly title: string
  readonly url: string
}

interface Panel {
  readonly title: string
  readonly datasource?: object
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly options?: { readonly content?: string }
  readonly targets?: readonly { readonly expr: string }[]
  readonly fieldConfig?: { readonly defaults: { readonly links?: readonly Link[] } }
}

interface Board {
  readonly panels: readonly Panel[]
  readonly links?: readonly Link[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] }
}

const fleet = JSON.parse(fleetDashboard(new Vocabulary('otlp'))) as Board
const task = JSON.parse(taskDashboard(new Vocabulary('otlp'))) as Board

function asked(link: Link | undefined) {
  const choices: Readonly<Record<string, string>> = {
    tempo: 'uid-1',
    jaeger: 'uid-2',
    loki: 'uid-3',
    task: 'mail.send',
    job: 'shop',
    '__data.fields.runwell_task_name': 'mail.send',
    '__data.fields.job': 'shop',
    __from: '1000',
    __to: '2000',
  }
  const url = String(link?.url).replace(/\$\{([\w.]+)\}/g, (whole, name: string) => choices[name] ?? whole)
  const panes = new URL(url, 'http://localhost:3000').searchParams.get('panes')
  const { it: pane } = JSON.parse(String(panes))
  const [{ refId, datasource, ...query }] = pane.queries
  expect(datasource.uid).toBe(pane.datasource)
  expect(pane.range).toEqual({ from: '1000', to: '2000' })
  return [pane.datasource, query]
}

const linksOf = (board: Board, title: string): readonly Link[] =>
  board.panels.find((panel) => panel.title.startsWith(title))?.fieldConfig?.defaults.links ?? []

it('shows the runs that died with their process, from the logs of the chosen services and tasks', () => {
  const shown = [fleet, task].map(({ panels }) =>
    panels.find(({ title }) => title === 'Runs that died with their process'),
  )
  for (const panel of shown) expect(panel?.datasource).toEqual({ type: 'loki', uid: '$loki' })

  const [ofFleet, ofTask] = shown.map((panel) => String(panel?.targets?.[0]?.expr))
  expect(ofFleet).toContain('{service_name=~"$job"}')
  expect(ofFleet).toContain('runwell_task_name =~ ".+"')
  expect(ofTask).toContain('runwell_task_name =~ "$task"')
})

it('documents the same query', () => {
  const page = readFileSync(new URL('../../../docs/alerts.md', import.meta.url), 'utf8')
  const documented = /```logql\n([\s\S]+?)\n```/.exec(page)?.[1]
  expect(documented).toBe(lostRunsQuery('shop', '.+'))
})

it('shows whole numbers of errors and restarts, although increase() returns fractions', () => {
  const counts = [fleet, task].flatMap(({ panels }) =>
    panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  )
  const increases = counts.filter((expr) => expr.includes('increase(') && !expr.includes('_bucket'))

  expect(increases).toHaveLength(3)
  expect(increases.filter((expr) => !/^(topk\(5, )?round\(/.test(expr))).toEqual([])
})

describe('the first rows of the task dashboard', () => {
  it('are two full rows', () => {
    const panels = task.panels
      .filter(({ gridPos }) => gridPos.y < 12)
      .map(({ title, gridPos: { x, y, w } }) => [title.split(/[:,]/)[0], x, y, w])

    expect(panels).toEqual([
      ['Processes by health', 0, 0, 4],
      ['Not healthy since', 4, 0, 4],
      ['Affected processes', 8, 0, 4],
      ['Owner', 12, 0, 4],
      ['State', 16, 0, 4],
      ['Next attempt', 20, 0, 4],
      ['Firing rules', 0, 5, 8],
      ['Processes and their versions', 8, 5, 8],
      ['Last errors within 1 h', 16, 5, 8],
    ])
  })

  it('link from the last errors to traces and logs of the task, in the chosen data sources', () => {
    const expected = [
      [
        'uid-1',
        { queryType: 'traceql', query: '{ span.runwell.task.name = "mail.send" && status = error }' },
      ],
      ['uid-1', { queryType: 'traceql', query: '{ name = "run mail.send" }' }],
      ['uid-2', { queryType: 'search', service: 'shop', tags: 'runwell.task.name=mail.send error=true' }],
      ['uid-2', { queryType: 'search', service: 'shop', operation: 'run mail.send' }],
      ['uid-3', { queryType: 'range', expr: '{service_name="shop"} |= "mail.send"' }],
    ]

    expect(linksOf(task, 'Last errors').map(asked)).toEqual(expected)
    expect(task.links?.map(asked)).toEqual(expected)
    const [dashboard, ...others] = linksOf(fleet, 'Not healthy')
    expect(others.map(asked)).toEqual(expected)
    expect(dashboard?.url).toBe(
      `/d/runwell-task?var-job=\${__data.fields.job}&var-task=\${__data.fields.runwell_task_name}&\${__url_time_range}`,
    )
    for (const { templating } of [fleet, task]) {
      const sources = templating.list.filter(({ type }) => type === 'datasource').map(({ name }) => name)
      expect(sources).toEqual(['prometheus', 'tempo', 'jaeger', 'loki'])
    }
  })

  it('include advice for each state and each rule', () => {
    const advice = task.panels.find(({ title }) => title === 'Does it recover by itself, and what can I do?')
    const lines = String(advice?.options?.content).split('\n')

    for (const state of statusStates) {
      expect(lines.filter((line) => line.startsWith(`| ${state} |`))).toHaveLength(1)
    }
    const { classic, ...current } = rules
    for (const rule of Object.values(current))
      expect(advice?.options?.content).toContain(`\`${rule().name}\``)
  })
})
