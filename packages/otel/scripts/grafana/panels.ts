import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  // biome-ignore lint/suspicious/noDeprecatedImports: version 2 of the format needs Grafana 12.
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as HeatmapBuilder } from '@grafana/grafana-foundation-sdk/heatmap'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline'
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries'

const metricsSource = { type: 'prometheus', uid: '$prometheus' }

/** What a panel shows: a title that is a question or a name, an expression, and what a series is called. */
export interface Show {
  readonly title: string
  readonly expr: string
  readonly legend?: string
  readonly unit?: string
  readonly width?: number
}

export const timeseries = (show: Show): Builder<Panel> => placed(new TimeseriesBuilder(), show, 8)
export const stateTimeline = (show: Show): Builder<Panel> => placed(new StateTimelineBuilder(), show, 8)

/** The value as of now, or the name of the series where that says more. */
export function stat(show: Show): Builder<Panel> {
  return placed(new StatBuilder().noValue('none'), show, 5, true)
}

export function table(show: Show): Builder<Panel> {
  return placed(new TableBuilder(), show, 9, true, PromQueryFormat.Table)
}

export function heatmap(show: Show): Builder<Panel> {
  return placed(new HeatmapBuilder().calculate(false), show, 8, false, PromQueryFormat.Heatmap)
}

type AnyPanel = TimeseriesBuilder | StateTimelineBuilder | StatBuilder | TableBuilder | HeatmapBuilder

function placed(
  panel: AnyPanel,
  show: Show,
  height: number,
  isNow = false,
  format = PromQueryFormat.TimeSeries,
): AnyPanel {
  const query = new DataqueryBuilder().expr(show.expr).format(format)
  if (show.legend !== undefined) query.legendFormat(show.legend)
  if (isNow) query.instant()
  panel
    .title(show.title)
    .datasource(metricsSource)
    .height(height)
    .span(show.width ?? 12)
    .withTarget(query)
  if (show.unit !== undefined) panel.unit(show.unit)
  return panel
}

/** A dashboard with its choice of a data source and of services. */
export function dashboard(title: string, uid: string, jobs: string): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .tags(['runwell'])
    .refresh('30s')
    .time({ from: 'now-6h', to: 'now' })
    .timezone('browser')
    .withVariable(new DatasourceVariableBuilder('prometheus').type('prometheus'))
    .withVariable(choice('job', jobs, 'job'))
}

export function choice(name: string, selector: string, from: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .query(`label_values(${selector}, ${from})`)
    .datasource(metricsSource)
    .refresh(2)
}

/** The traces of the chosen task, in Jaeger; whoever has it elsewhere replaces the address. */
export function tracesLink(): DashboardLinkBuilder {
  const url = 'http://localhost:16686/search?service=$job&operation=run%20$task'
  return new DashboardLinkBuilder('Traces of its runs')
    .type(DashboardLinkType.Link)
    .url(url)
    .targetBlank(true)
}
