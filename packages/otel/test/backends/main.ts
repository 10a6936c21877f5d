// Runs services against seven back ends and Alertmanager, and checks the data that arrives.
import { AlertWatch } from './alert-watch.ts'
import { ratioFiresAndResolves, ratioIsInhibited } from './alerts.ts'
import { findBinaries } from './binaries.ts'
import { backEnds, Checks, eventually, expect } from './check.ts'
import { Fleet } from './fleet.ts'
import { type Course, live, settle, situations } from './life.ts'
import { ownMetrics, sameMetrics } from './metrics.ts'
import { MissingError } from './missing-error.ts'
import { panelsAnswer } from './panels.ts'
import { drawPictures } from './pictures.ts'
import { query } from './prometheus.ts'
import { rulesAnswer } from './rules.ts'
import { checkIns, issueInTrace, issues, sentryStops, startBilling } from './sentry.ts'
import { stopAll } from './server.ts'
import { startService } from './service.ts'
import { type Stack, startStack } from './stack.ts'
import { publish, report } from './table.ts'
import { children, errorFlag, loopSpans, references, tracePerRun } from './traces.ts'
import { nameOf, shopWays, type Way, ways } from './ways.ts'
import { sameTraces, zipkinChildren, zipkinErrors, zipkinLinks, zipkinRuns } from './zipkin.ts'

const alertChecks = [
  'One alert inhibits another while all requests to the upstream fail',
  'Two alerts fire while 2 of 5 requests to the upstream fail, and resolve after the fix',
] as const
type Watches = Readonly<Record<Way, AlertWatch>>

async function lookAtShop(stack: Stack, checks: Checks): Promise<void> {
  const service = await startService(stack)
  await checks.check('Jaeger: a trace for each run', () => tracePerRun(stack))
  await checks.check('Jaeger: what a run refers to', () => references(stack))
  await checks.check('Jaeger: a unit is a child of its run', () => children(stack))
  await checks.check('Jaeger: loops are short spans', () => loopSpans(stack))
  await checks.check('Zipkin: a trace for each run', () => zipkinRuns(stack))
  await checks.check('Zipkin: links of a run', () => zipkinLinks(stack))
  await checks.check('Zipkin: a unit is a child of its run', () => zipkinChildren(stack))
  await checks.check('Collector: the same traces for Jaeger and Zipkin', () => sameTraces(stack))
  for (const way of shopWays) {
    await checks.check(`${nameOf[way]}: the metrics of the tasks`, () => ownMetrics(stack, way))
  }
  await checks.check(alertChecks[0], () => ratioIsInhibited(stack, service))
  await checks.check(alertChecks[1], () => ratioFiresAndResolves(stack, service))
  await checks.check('Jaeger: failed runs are found', () => errorFlag(stack))
  await checks.check('Zipkin: failed runs are found', () => zipkinErrors(stack))
  await checks.check('The service stops in order', async () => {
    const code = await service.server.stop()
    expect(code === 0, `exit code ${code}`)
    return 'exit code 0'
  })
}

async function lookAtSentry(stack: Stack, checks: Checks): Promise<void> {
  const billing = await startBilling(stack)
  await checks.check('Sentry: failed runs are issues', () => issues(billing))
  await checks.check('Sentry: runs check in at monitors', () => checkIns(billing))
  await checks.check('Sentry: an issue is in the trace of its run', () => issueInTrace(billing, stack))
  await checks.check('Sentry: the service stops with exit code 0', () => sentryStops(billing))
}

async function lookAtLife(stack: Stack, checks: Checks, watches: Watches): Promise<readonly Course[]> {
  const fleet = new Fleet(stack, 'fleet')
  await checks.check('Five replicas run', () => settle(fleet, stack))
  const courses: Course[] = []
  for (const situation of situations) {
    await checks.check(situation.name, async () => {
      const found = await live(situation, fleet, stack, watches)
      courses.push(...found)
      for (const course of found) expectNoOther(course)
      const fired = found.map(
        (course) => `${course.fired.map(({ alert }) => alert).join(', ') || 'nothing'} by ${course.way}`,
      )
      return `${found[0]?.detail}; fired ${fired.join(', ')}; 0 false pages`
    })
  }
  return courses
}

function expectNoOther({ way, expected, allowed, fired, falsePages }: Course): void {
  const alerts = fired.map(({ alert }) => alert)
  const others = alerts.filter((alert) => !expected.includes(alert) && !allowed.includes(alert))
  const missing = expected.filter((alert) => !alerts.includes(alert))
  expect(falsePages === 0 && others.length === 0, `${falsePages} false pages, ${way}: ${others.join(', ')}`)
  expect(missing.length === 0, `did not fire, ${way}: ${missing.join(', ')}`)
}

async function loseTask(stack: Stack): Promise<string> {
  const deploy = new Fleet(stack, 'lossy-deploy')
  const dying = await deploy.start('dying', { version: '1' })
  const old = await deploy.start('lossy-deploy', { version: '1' })
  for (const way of ways) {
    await eventually(`three tasks of the first version, ${way}`, 60_000, async () => {
      const known = await query(stack.prometheus[way], 'runwell:task:info{job="lossy-deploy"}')
      return known.length === 3 ? true : undefined
    })
  }
  await deploy.start('lossy-deploy', { version: '2' })
  await deploy.end(dying, 'SIGKILL')
  const code = await deploy.end(old)
  expect(code === 1, `exit code ${code}, though a run was abandoned`)
  return 'exit code 1, as a run was abandoned'
}

async function lookAtEverything(stack: Stack, checks: Checks, watches: Watches): Promise<readonly Course[]> {
  const faultyTasks = new Fleet(stack, 'faulty-tasks')
  await faultyTasks.start('faulty-tasks', { version: '1' })
  const [courses] = await Promise.all([
    lookAtLife(stack, checks, watches),
    lookAtShop(stack, checks),
    checks.check('A deploy loses a task and abandons a run', () => loseTask(stack)),
    lookAtSentry(stack, checks),
  ])
  for (const way of ways) {
    await checks.check(`${nameOf[way]}: every rule`, () => rulesAnswer(stack, way, watches[way]))
    await checks.check(`${nameOf[way]}: every panel`, () => panelsAnswer(stack, way))
  }
  await checks.check('Collector: the metrics that it was sent', () => sameMetrics(stack))
  return courses
}

async function main(): Promise<number> {
  const checks = new Checks()
  const binaries = await findBinaries()
  const began = performance.now()
  const stack = await startStack(binaries)
  const watches: Watches = {
    otlp: new AlertWatch('otlp', stack.prometheus.otlp),
    scraped: new AlertWatch('scraped', stack.prometheus.scraped),
    victoria: new AlertWatch('victoria', stack.prometheus.victoria),
  }
  try {
    const courses = await lookAtEverything(stack, checks, watches)
    const episodes = ways.flatMap((way) => watches[way].episodes)
    const remarks = alertChecks.map((name) => `${name}: ${checks.seen(name) ?? 'no'}.`)
    const text = report(courses, episodes, remarks)
    console.log(`\n${text}\n`)
    if (process.argv.includes('--write') && checks.failed.length === 0) publish(text)
    if (process.argv.includes('--pictures')) await checks.check('The pictures', () => drawPictures(stack))
  } finally {
    for (const way of ways) watches[way].stop()
    await stopAll()
    stack.webhook.close()
  }
  const seconds = Math.round((performance.now() - began) / 1_000)
  console.log(`${checks.proven.length} of ${backEnds.length} back ends: ${checks.proven.join(', ')}`)
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
