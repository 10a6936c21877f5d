import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import { BigValueTextMode } from '@grafana/grafana-foundation-sdk/common'
import {
  AnnotationQueryBuilder,
  // biome-ignore lint/suspicious/noDeprecatedImports: version 2 of the format needs Grafana 12.
  DashboardBuilder,
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as HeatmapBuilder } from '@grafana/grafana-foundation-sdk/heatmap'
import { DataqueryBuilder as LokiQueryBuilder } from '@grafana/grafana-foundation-sdk/loki'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline'
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text'
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { label } from '../../src/alerts/vocabulary.ts'
import { type Link, linkBuilder, linkedSources } from './links.ts'

const metricsSource = { type: 'prometheus', uid: '$prometheus' }

export interface Show {
  readonly title: string
  readonly expr: string
  readonly legend?: string
  readonly other?: { readonly expr: string; readonly legend: string }
  readonly unit?: string
  readonly width?: number
  readonly links?: readonly Link[]
}

export const timeseries = (show: Show): Builder<Panel> => placed(new TimeseriesBuilder(), show, 8)
export const stateTimeline = (show: Show): Builder<Panel> => placed(new StateTimelineBuilder(), show, 8)

export function stat({ isName = false, ...show }: Show & { readonly isName?: boolean }): Builder<Panel> {
  const panel = new StatBuilder().noValue('none')
  if (isName) panel.textMode(BigValueTextMode.Name)
  else if (show.legend !== undefined) panel.textMode(BigValueTextMode.ValueAndName)
  for (const [name, fixedColor] of Object.entries(healthColors)) {
    panel.overrideByName(name, [{ id: 'color', value: { mode: 'fixed', fixedColor } }])
  }
  return placed(panel, show, 5, true)
}

const healthColors = {
  healthy: 'green',
  degraded: 'orange',
  unhealthy: 'red',
  unknown: 'blue',
  'not healthy': 'red',
}

/** Shorter names of columns. The labels of job and task keep their names, because links use them. */
const shortNames = {
  [label('rule')]: 'rule',
  [label('healthState')]: 'health',
  error_type: 'error',
  service_version: 'version',
}

/**
 * `legend` is the name of the column with the value. Without `legend`, the value is hidden. `other` adds a column
 * with a second value.
 */
export function table({ height = 9, ...show }: Show & { readonly height?: number }): Builder<Panel> {
  const panel = new TableBuilder().noValue('none')
  const { legend, other } = show
  const isValueless = legend === undefined
  const values: Readonly<Record<string, string>> = isValueless
    ? {}
    : other === undefined
      ? { Value: legend }
      : { 'Value #A': legend, 'Value #B': other.legend }
  if (other !== undefined) panel.withTransformation({ id: 'merge', options: {} })
  panel.withTransformation({
    id: 'organize',
    options: {
      excludeByName: { Time: true, Value: isValueless },
      indexByName: {},
      renameByName: { ...values, ...shortNames },
    },
  })
  return placed(panel, show, height, true, PromQueryFormat.Table)
}

export function heatmap(show: Show): Builder<Panel> {
  return placed(new HeatmapBuilder().calculate(false), show, 8, false, PromQueryFormat.Heatmap)
}

export function lokiTable(title: string, expr: string, links: readonly Link[]): Builder<Panel> {
  const source = { type: 'loki', uid: '$loki' }
  const query = new LokiQueryBuilder()
    .expr(expr)
    .queryType('instant')
    .instant(true)
    .refId('A')
    .datasource(source)
  return new TableBuilder()
    .title(title)
    .datasource(source)
    .noValue('none')
    .height(8)
    .span(12)
    .withTarget(query)
    .withTransformation({ id: 'labelsToFields', options: {} })
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true, 'Value #A': true },
        indexByName: {},
        renameByName: {
          [label('taskName')]: 'task',
          [label('runId')]: 'run',
          service_instance_id: 'process',
        },
      },
    })
    .dataLinks(links.map(linkBuilder))
}

export function markdown(title: string, content: string): Builder<Panel> {
  return new TextBuilder().title(title).mode(TextMode.Markdown).content(content).height(17).span(24)
}

type AnyPanel = TimeseriesBuilder | StateTimelineBuilder | StatBuilder | TableBuilder | HeatmapBuilder

function placed(
  panel: AnyPanel,
  show: Show,
  height: number,
  isNow = false,
  format = PromQueryFormat.TimeSeries,
): AnyPanel {
  const { title, expr, legend, other, unit, width = 12, links } = show
  const query = (what: string, name: string | undefined, ref: string): DataqueryBuilder => {
    const built = new DataqueryBuilder().expr(what).format(format).refId(ref)
    if (name !== undefined) built.legendFormat(name)
    return isNow ? built.instant() : built
  }
  panel
    .title(title)
    .datasource(metricsSource)
    .height(height)
    .span(width)
    .withTarget(query(expr, legend, 'A'))
  if (other !== undefined) panel.withTarget(query(other.expr, other.legend, 'B'))
  if (unit !== undefined) panel.unit(unit)
  if (links !== undefined) panel.dataLinks(links.map(linkBuilder))
  return panel
}

export function dashboard(title: string, uid: string, jobs: string, alerts: string): DashboardBuilder {
  const board = new DashboardBuilder(title)
    .uid(uid)
    .tags(['runwell'])
    .refresh('30s')
    .time({ from: 'now-6h', to: 'now' })
    .timezone('browser')
    .withVariable(new DatasourceVariableBuilder('prometheus').type('prometheus'))
    .withVariable(choice('job', jobs, 'job'))
    .annotation(
      new AnnotationQueryBuilder()
        .name('Alerts')
        .datasource(metricsSource)
        .enable(true)
        .iconColor('red')
        .expr(alerts)
        .titleFormat('{{alertname}} {{runwell_task_name}}')
        .tagKeys('severity,instance'),
    )
  for (const source of linkedSources) board.withVariable(new DatasourceVariableBuilder(source).type(source))
  return board
}

export function choice(name: string, selector: string, from: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .query(`label_values(${selector}, ${from})`)
    .datasource(metricsSource)
    .refresh(2)
}
