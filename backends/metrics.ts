import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually, expect } from './check.ts'
import { loadedRules, metricNames, query } from './prometheus.ts'

/** How names are spelled: by OTLP with the unit, by the JavaScript exporter that is scraped without. */
export type Spelling = 'otlp' | 'scraped'

/** What the running service must have told about its tasks, whatever way the metrics took. */
export async function ownMetrics(base: string, spelling: Spelling): Promise<string> {
  const seconds = spelling === 'otlp' ? '_seconds' : ''
  const expressions = [
    'runwell_task_runs_total{runwell_task_name="orders.import",runwell_task_run_result="success"} > 2',
    'runwell_task_runs_total{runwell_task_name="orders.import",runwell_task_run_result="failure"} == 0',
    `runwell_task_run_duration${seconds}_count{runwell_task_name="orders.import"} > 2`,
    `histogram_quantile(0.95, rate(runwell_task_run_duration${seconds}_bucket[1m])) < 2`,
    `time() - runwell_task_last_success_timestamp${seconds}{runwell_task_name="orders.import"} < 30`,
    `runwell_task_schedule_interval${seconds}{runwell_task_name="orders.import"} == 1`,
    `runwell_task_schedule_lag${seconds}_count{runwell_task_name="orders.import"} > 2`,
    'runwell_task_units_total{runwell_task_name="mails.send",runwell_task_unit_result="success"} > 2',
    'runwell_task_restarts_total{runwell_task_name="stock.listen"} > 0',
    'runwell_task_info{runwell_task_owner="orders",runwell_task_priority="high"} == 1',
    'runwell_task_status{runwell_task_name="mails.send",runwell_task_state="running"} == 1',
    'runwell_task_health{runwell_task_name="orders.import",runwell_task_health_state="healthy"} == 1',
    'runwell_supervisor_up == 1',
    'runwell_supervisor_ready == 1',
    'runwell_build_info == 1',
    'increase(runwell_task_runs_total{runwell_task_run_result="success",runwell_task_name="orders.import"}[1m]) > 2',
  ]
  for (const expression of expressions) {
    await eventually(`data for ${expression}`, 60_000, async () =>
      (await query(base, expression)).length > 0 ? true : undefined,
    )
  }
  return `${expressions.length} expressions give data`
}

/** Every rule is loaded and evaluated without an error, and each metric it reads exists. */
export async function rulesAreSound(base: string, spelling: Spelling): Promise<string> {
  const rules = await eventually('the rules to be evaluated', 60_000, async () => {
    const loaded = await loadedRules(base)
    return loaded.length > 0 && loaded.every(({ health }) => health !== 'unknown') ? loaded : undefined
  })
  const broken = rules.filter(({ health }) => health !== 'ok')
  expect(broken.length === 0, broken.map(({ name, lastError }) => `${name}: ${lastError}`).join('; '))
  return `${rules.length} rules evaluate (${spelling} spelling where they differ)`
}

/** The expressions of the panels of every dashboard in `folder`, with Grafana's variables filled in. */
function panelExpressions(
  folder: string,
): readonly { readonly panel: string; readonly expression: string }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => panelsOf(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Panel))
    .flatMap(({ title = 'untitled', targets = [] }) =>
      targets.flatMap(({ expr }) => (expr ? [{ panel: title, expression: filledIn(expr) }] : [])),
    )
}

interface Panel {
  readonly title?: string
  readonly panels?: readonly Panel[]
  readonly targets?: readonly { readonly expr?: string }[]
}

function panelsOf(panel: Panel): readonly Panel[] {
  return [panel, ...(panel.panels ?? []).flatMap(panelsOf)]
}

function filledIn(expression: string): string {
  return expression
    .replace(/\$\{?__(rate_interval|interval|range)\}?/g, '1m')
    .replace(/\$\{?__(range|interval)_s\}?/g, '60')
    .replace(/\$\{[^}]+\}|\$\w+/g, '.*')
}

/** Prometheus accepts every panel's expression. Those whose metrics exist must give data. */
export async function panelsAnswer(base: string, folder: string): Promise<string> {
  const panels = panelExpressions(folder)
  const names = await metricNames(base)
  let withData = 0
  const silent: string[] = []
  for (const { panel, expression } of panels) {
    const found = await query(base, expression)
    if (found.length > 0) withData++
    else silent.push(panel)
  }
  const unknown = panels.flatMap(({ expression }) => unknownMetrics(expression, names))
  expect(panels.length > 0, `no panels in ${folder}`)
  expect(withData > 0, 'no panel has data')
  const list = [...new Set(silent)].join(', ')
  return `${panels.length} expressions accepted, ${withData} with data; without: ${list || 'none'}; metrics not seen: ${[...new Set(unknown)].join(', ') || 'none'}`
}

function unknownMetrics(expression: string, names: ReadonlySet<string>): readonly string[] {
  return [...expression.matchAll(/\brunwell_(?:task|supervisor)_[a-z_]+(?=[{[\s)]|$)/g)]
    .map(([name]) => name)
    .filter((name) => !names.has(name) && !/_(name|state|result|reason|owner|category|priority)$/.test(name))
}
