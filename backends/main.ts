// Runs the example's service against servers that we did not write: Jaeger, Prometheus 3 and 2, Alertmanager.
import { existsSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fireAndResolve } from './alerts.ts'
import { findBinaries } from './binaries.ts'
import { Checks } from './check.ts'
import { ownMetrics, panelsAnswer, rulesAreSound } from './metrics.ts'
import { MissingError } from './missing-error.ts'
import { stopAll } from './server.ts'
import { startService } from './service.ts'
import { type Stack, startStack } from './stack.ts'
import { errorFlag, loopSpans, references, tracePerRun } from './traces.ts'

const shipped = {
  rules: fileURLToPath(new URL('../packages/otel/prometheus', import.meta.url)),
  dashboards: fileURLToPath(new URL('../packages/otel/grafana/otlp', import.meta.url)),
}

async function lookAtEverything(stack: Stack, checks: Checks): Promise<void> {
  const service = await startService(stack)
  await checks.check('Jaeger has a trace for each run', () => tracePerRun(stack))
  await checks.check('Jaeger shows what a run refers to', () => references(stack))
  await checks.check('Jaeger shows loops as short spans', () => loopSpans(stack))

  const ways = [
    ['Prometheus 3, by OTLP', stack.prometheus3, 'otlp'],
    ['Prometheus 2, by scrape', stack.prometheus2, 'scraped'],
  ] as const
  for (const [way, base, spelling] of ways) {
    await checks.check(`${way}: the metrics of the tasks`, () => ownMetrics(base, spelling))
    await checks.check(`${way}: the rules`, () => rulesAreSound(base, spelling))
  }
  if (existsSync(shipped.dashboards)) {
    await checks.check('Prometheus 3: every panel', () => panelsAnswer(stack.prometheus3, shipped.dashboards))
  }
  await checks.check('An alert fires when the upstream breaks, and resolves when it heals', () =>
    fireAndResolve(stack, service, 'ShopOrdersFail'),
  )
  await checks.check('Jaeger finds failed runs', () => errorFlag(stack))
  await checks.check('The service stops in order', async () => `exit code ${await service.server.stop()}`)
}

async function main(): Promise<number> {
  const checks = new Checks()
  const began = performance.now()
  const stack = await startStack(await findBinaries(), shipped.rules)
  try {
    await lookAtEverything(stack, checks)
  } finally {
    await stopAll()
    rmSync(stack.folder, { recursive: true, force: true })
  }
  const seconds = Math.round((performance.now() - began) / 1_000)
  console.log(`${checks.passed} checks passed, ${checks.failed.length} failed, ${seconds} s`)
  return checks.failed.length === 0 ? 0 : 1
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopAll().then(() => process.exit(1)))
}
try {
  process.exit(await main())
} catch (error) {
  await stopAll()
  console.error(error instanceof MissingError ? error.message : error)
  process.exit(1)
}
