import * as vega from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

/** `name` is the name of the SVG file, without `.svg`. */
export type Plot = Bars | Lines

interface Bars {
  readonly kind: 'bars'
  readonly name: string
  readonly title: string
  readonly log: boolean
  readonly values: readonly Bar[]
}

interface Bar {
  readonly label: string
  readonly value: number
  readonly ours: boolean
}

/** `series` shows values over time. `lines` shows costs by number of tasks, on logarithmic axes. */
interface Lines {
  readonly kind: 'series' | 'lines'
  readonly name: string
  readonly title: string
  readonly xTitle: string
  readonly values: readonly { readonly series: string; readonly x: number; readonly value: number }[]
}

const ours = '#1f6feb'
const others = '#9aa4b2'
const config = {
  background: 'white',
  font: 'Helvetica, Arial, sans-serif',
  axis: { labelColor: '#444', titleColor: '#444', gridColor: '#e5e7eb', labelLimit: 640 },
  title: { anchor: 'start', fontSize: 14, color: '#222' },
  view: { stroke: null },
} as const

export async function draw(plot: Plot): Promise<string> {
  const { spec } = compile(specOf(plot))
  const view = new vega.View(vega.parse(spec), { renderer: 'none' })
  return view.toSVG()
}

function specOf(plot: Plot): TopLevelSpec {
  switch (plot.kind) {
    case 'bars':
      return bars(plot)
    case 'series':
      return series(plot)
    case 'lines':
      return lines(plot)
  }
}

const common = { $schema: 'https://vega.github.io/schema/vega-lite/v6.json', config } as const

function bars({ title, values, log }: Bars): TopLevelSpec {
  const from = lowest(values)
  const scale = log ? ({ type: 'log', domainMin: from } as const) : {}
  const x = { field: 'value', type: 'quantitative', scale, title: null } as const
  return {
    ...common,
    title,
    width: 420,
    data: { values: values.filter(({ value }) => value > 0) },
    encoding: { y: { field: 'label', type: 'nominal', sort: null, title: null } },
    layer: [
      {
        mark: { type: 'bar', height: 14 },
        encoding: {
          x,
          ...(log ? { x2: { datum: from } } : {}),
          color: { condition: { test: 'datum.ours', value: ours }, value: others },
        },
      },
      {
        mark: { type: 'text', align: 'left', dx: 4, fontSize: 10, color: '#444' },
        encoding: { x, text: { field: 'value', format: ',.3~s' } },
      },
    ],
  }
}

function series({ title, xTitle, values }: Lines): TopLevelSpec {
  return {
    ...common,
    title,
    width: 420,
    height: 220,
    data: { values: [...values] },
    mark: { type: 'line' },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: xTitle },
      y: { field: 'value', type: 'quantitative', title: null, scale: { zero: true } },
      color: { field: 'series', type: 'nominal', title: null, sort: null },
    },
  }
}

function lines({ title, xTitle, values }: Lines): TopLevelSpec {
  return {
    ...common,
    title,
    width: 420,
    height: 260,
    data: { values: [...values] },
    mark: { type: 'line', point: true },
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        scale: { type: 'log' },
        title: xTitle,
        axis: { format: ',', tickCount: 4 },
      },
      y: {
        field: 'value',
        type: 'quantitative',
        scale: { type: 'log' },
        title: null,
        axis: { format: '~g', tickCount: 6 },
      },
      color: { field: 'series', type: 'nominal', title: null, sort: null },
    },
  }
}

/** A logarithmic axis has no 0. So the bars begin at the power of ten below the smallest value. */
function lowest(values: readonly Bar[]): number {
  const smallest = Math.min(...values.map(({ value }) => value).filter((value) => value > 0))
  return 10 ** Math.floor(Math.log10(smallest))
}
