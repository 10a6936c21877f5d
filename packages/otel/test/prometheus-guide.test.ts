import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { runAlerts } from '../src/alerts/command.ts'
import { freePort } from './free-port.ts'

const page = readFileSync(new URL('../../../docs/guides/prometheus.md', import.meta.url), 'utf8')

function blocks(language: string): readonly string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, text = '']) => text,
  )
}

it('scrapes the port that its service listens on, and loads the rules that its command writes', () => {
  const { scrape_configs, rule_files } = parse(blocks('yaml')[0] ?? '')
  const [, port] = /prometheus: \{ port: (\d+) \}/.exec(page) ?? []

  expect(scrape_configs[0].static_configs[0].targets).toEqual([`localhost:${port}`])
  expect(rule_files).toEqual(['rules/*.yml'])
  const calls = [...page.matchAll(/npx -p @runwell\/otel runwell-alerts ([^>|&\n]+?) >{1,2} (\S+)/g)]
  expect(calls.map(([, , file]) => file)).toEqual([
    'rules/runwell.yml',
    'rules/runwell.yml',
    'alertmanager.yml',
  ])
  for (const [, args = ''] of calls) expect(runAlerts(args.split(' ')).code).toBe(0)
})

it('has a configuration of Alertmanager to which the inhibition rules can be appended', () => {
  const whole = `${blocks('yaml')[1]}${runAlerts(['inhibition']).output}`

  expect(Object.keys(parse(whole))).toEqual(['route', 'receivers', 'inhibit_rules'])
})

it('has a service whose failures are in what Prometheus scrapes', async () => {
  const port = await freePort()
  // Inside this package, so that Node.js finds the packages that the service imports.
  const parent = fileURLToPath(new URL('../temp/', import.meta.url))
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'guide-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'service.ts')
  writeFileSync(file, (blocks('ts')[0] ?? '').replace('9464', String(port)))
  // Nothing listens on this port, so the run fails even without a network.
  const env = { ...process.env, ORDERS_URL: 'http://127.0.0.1:1/orders' }
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stderr.on('data', (data) => {
    said += String(data)
  })

  const metrics = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined)
    return response?.text()
  }
  const failed = /^runwell_task_runs_total\{[^}]*runwell_task_run_result="failure"[^}]*\} 1$/m
  await expect.poll(metrics, { timeout: 20_000, interval: 200 }).toMatch(failed)
  expect(said).toContain("[runwell] Task 'orders.import' failed after")

  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
}, 30_000)
