import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { inhibitionFile } from '../src/alerts/inhibition.ts'
import { ruleFile } from '../src/alerts/rules.ts'
import { spellings, Vocabulary } from '../src/alerts/vocabulary.ts'
import { fleetDashboard, taskDashboard } from './grafana/dashboards.ts'

const root = new URL('../', import.meta.url)

export function shippedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ...spellings.map((spelling) => [`prometheus/${spelling}/runwell.yml`, ruleFile(spelling)] as const),
    ...spellings.flatMap((spelling) => {
      const words = new Vocabulary(spelling)
      return [
        [`grafana/${spelling}/fleet.json`, fleetDashboard(words)],
        [`grafana/${spelling}/task.json`, taskDashboard(words)],
      ] as const
    }),
    ['prometheus/alertmanager/inhibition.yml', inhibitionFile()],
  ])
}

export function staleFiles(): string[] {
  return [...shippedFiles()].filter(([path, text]) => onDisk(path) !== text).map(([path]) => path)
}

function onDisk(path: string): string | undefined {
  try {
    return readFileSync(new URL(path, root), 'utf8')
  } catch {
    return undefined
  }
}

const isMain = process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href
if (isMain) {
  for (const [path, text] of shippedFiles()) {
    mkdirSync(new URL('./', new URL(path, root)), { recursive: true })
    writeFileSync(new URL(path, root), text)
  }
}
