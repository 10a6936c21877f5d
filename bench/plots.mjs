import * as vega from 'vega'
import { compile } from 'vega-lite'

const ours = '#1f6feb'
const others = '#9aa4b2'
const config = {
  background: 'white',
  font: 'Helvetica, Arial, sans-serif',
  axis: { labelColor: '#444', titleColor: '#444', gridColor: '#e5e7eb', labelLimit: 640 },
  title: { anchor: 'start', fontSize: 14, color: '#222' },
  view: { stroke: null },
}

/** Draws a plot as an SVG text: bars side by side, lines that grow, or series over time. */
export async function draw(plot) {
  const { spec } = compile({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config,
    ...kinds[plot.kind](plot),
  })
  const view = new vega.View(vega.parse(spec), { renderer: 'none' })
  return view.toSVG()
}

const kinds = {
  bars: ({ title, values, log }) => {
    const scale = log ? { type: 'log', domainMin: lowest(values) } : {}
    const y = { field: 'label', type: 'nominal', sort: null, title: null }
    const x = { field: 'value', type: 'quantitative', scale, title: null }
    return {
      title,
      width: 420,
      data: { values: values.filter(({ value }) => value > 0) },
      encoding: { y },
      layer: [
        {
          mark: { type: 'bar', height: 14 },
          encoding: {
            x: { ...x, ...(log ? { x2: undefined } : {}) },
            ...(log ? { x2: { datum: lowest(values) } } : {}),
            color: { condition: { test: 'datum.ours', value: ours }, value: others },
          },
        },
        {
          mark: { type: 'text', align: 'left', dx: 4, fontSize: 10, color: '#444' },
          encoding: { x, text: { field: 'value', format: ',.3~s' } },
        },
      ],
    }
  },

  series: ({ title, xTitle, values }) => ({
    title,
    width: 420,
    height: 220,
    data: { values },
    mark: { type: 'line' },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: xTitle },
      y: { field: 'value', type: 'quantitative', title: null, scale: { zero: true } },
      color: { field: 'series', type: 'nominal', title: null, sort: null },
    },
  }),

  lines: ({ title, xTitle, values }) => ({
    title,
    width: 420,
    height: 260,
    data: { values },
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
  }),
}

/** Where the bars of a logarithmic axis begin: the power of ten below the least value. */
function lowest(values) {
  const least = Math.min(...values.map(({ value }) => value).filter((value) => value > 0))
  return 10 ** Math.floor(Math.log10(least))
}
