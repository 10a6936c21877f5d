import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually, expect } from './check.ts'
import { query } from './prometheus.ts'
import type { Stack } from './stack.ts'
import { spellingOf, type Way } from './ways.ts'

const dashboards = fileURLToPath(new URL('../../grafana', import.meta.url))

interface Question {
  readonly panel: string
  readonly expression: string
}

export async function panelsAnswer({ prometheus }: Stack, way: Way): Promise<string> {
  const folder = join(dashboards, spellingOf[way])
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  expect(files.length >= 2, `${files.length} dashboards in ${folder}`)
  const questions = files.flatMap((file) => questionsOf(readFileSync(join(folder, file), 'utf8')))
  for (const { panel, expression } of questions) {
    await eventually(`data for "${panel}": ${expression}`, 45_000, async () => {
      const found = await query(prometheus[way], expression)
      return found.some(({ value }) => !Number.isNaN(Number(value[1]))) ? true : undefined
    })
  }
  return `${questions.length} expressions of ${files.length} dashboards, all with data`
}

interface Panel {
  readonly title?: string
  readonly panels?: readonly Panel[]
  readonly datasource?: { readonly type?: string }
  readonly targets?: readonly { readonly expr?: string }[]
}

interface Dashboard extends Panel {
  readonly annotations?: { readonly list?: readonly { readonly name: string; readonly expr?: string }[] }
  readonly templating?: {
    readonly list?: readonly { readonly name: string; readonly query?: unknown }[]
  }
}

function questionsOf(json: string): readonly Question[] {
  const board = JSON.parse(json) as Dashboard
  // Panels with a Loki query are left out, because this test starts no Loki.
  const ofMetrics = panelsOf(board).filter(({ datasource }) => datasource?.type !== 'loki')
  const ofPanels = ofMetrics.flatMap(({ title = 'untitled', targets = [] }) =>
    targets.flatMap(({ expr }) => (expr ? [{ panel: title, expression: filledIn(expr) }] : [])),
  )
  const ofChoices = (board.templating?.list ?? []).flatMap(({ name, query: asked }) => {
    const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(String(asked)) ?? []
    if (selector === undefined || label === undefined) return []
    return [{ panel: `choice of ${name}`, expression: filledIn(`count by (${label}) (${selector})`) }]
  })
  const ofMarks = (board.annotations?.list ?? []).flatMap(({ name, expr }) =>
    expr ? [{ panel: `mark of ${name}`, expression: filledIn(expr) }] : [],
  )
  expect(ofPanels.length > 10, `${ofPanels.length} expressions in ${board.title}`)
  expect(ofChoices.length > 0, `no choices in ${board.title}`)
  return [...ofPanels, ...ofMarks, ...ofChoices]
}

function panelsOf(panel: Panel): readonly Panel[] {
  return [panel, ...(panel.panels ?? []).flatMap(panelsOf)]
}

function filledIn(expression: string): string {
  const filled = expression.replaceAll('$__rate_interval', '30s').replaceAll(/\$(job|task)\b/g, '.*')
  expect(!filled.includes('$'), `a variable is left in ${filled}`)
  return filled
}
