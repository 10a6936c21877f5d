import type { AlertWatch } from './alert-watch.ts'
import { eventually, expect } from './check.ts'
import { loadedRules, query } from './prometheus.ts'
import type { Stack } from './stack.ts'
import type { Way } from './ways.ts'

const faults: Readonly<Record<string, readonly string[]>> = {
  RunwellTaskUnhealthy: ['fails'],
  RunwellTaskGivenUp: ['gives-up'],
  RunwellTaskStuck: ['sticks'],
  RunwellTaskOverdue: ['fails'],
  RunwellTaskLoopSilent: ['falls-silent'],
  RunwellTaskErrorRatio: ['fails', 'fails-slowly', 'fails-seldom'],
  RunwellTaskConsecutiveFailures: ['fails-manually'],
  'RunwellTaskBudgetBurn fast': ['fails'],
  'RunwellTaskBudgetBurn slow': ['fails'],
  RunwellTaskRestartStorm: ['crashes'],
  RunwellTaskBlocksLoop: ['blocks'],
}

/** This alert fires only after a day, so the test removes this limit from its expression. */
const withoutLimit: Readonly<Record<string, string>> = { RunwellTaskPausedTooLong: ' > 8640' }

/** Programs other than `faulty-tasks.ts` trigger these alerts. */
const ofServices = [
  'RunwellTaskVanished',
  'RunwellRunsAbandonedAtShutdown',
  'RunwellRunsLost',
  'RunwellServiceSilent',
]

export async function rulesAnswer(stack: Stack, way: Way, watch: AlertWatch): Promise<string> {
  const base = stack.prometheus[way]
  const rules = await eventually('the rules to be evaluated', 60_000, async () => {
    const loaded = await loadedRules(base)
    return loaded.length > 0 && loaded.every(({ health }) => health !== 'unknown') ? loaded : undefined
  })
  const broken = rules.filter(({ health }) => health !== 'ok')
  expect(broken.length === 0, broken.map(({ name, lastError }) => `${name}: ${lastError}`).join('; '))

  const recordings = rules.filter(({ type }) => type === 'recording').map(({ name }) => name)
  for (const name of recordings) await hasData(base, name, name)

  const alerts = rules.filter(({ type, name }) => type === 'alerting' && name.startsWith('Runwell'))
  for (const { name, labels = {}, query: expression } of alerts) {
    const limit = withoutLimit[name]
    if (limit !== undefined) {
      expect(expression.includes(limit), `${name} has no ${limit}`)
      await hasData(base, name, expression.replaceAll(limit, ''))
      continue
    }
    const key = labels['burn'] === undefined ? name : `${name} ${labels['burn']}`
    const tasks = faults[key]?.map((task) => `${labels['scope']}.${task}`)
    expect(tasks !== undefined || ofServices.includes(name), `no faulty task for ${key}`)
    for (const task of tasks ?? [undefined]) await hasFired(watch, name, labels, task)
  }
  const excepted = Object.keys(withoutLimit).join(', ')
  return `${recordings.length} recordings give data; ${alerts.length} alert rules have fired (${excepted}: data without its limit)`
}

async function hasData(base: string, what: string, expression: string): Promise<void> {
  await eventually(`data for ${what}: ${expression}`, 45_000, async () =>
    (await query(base, expression)).length > 0 ? true : undefined,
  )
}

async function hasFired(
  watch: AlertWatch,
  alert: string,
  { scope, burn }: Readonly<Record<string, string>>,
  task: string | undefined,
): Promise<void> {
  const where = [alert, scope, burn, task].filter(Boolean).join(' ')
  await eventually(`${where} to fire`, 240_000, async () => {
    const found = watch.episodes.some(
      ({ labels }) =>
        labels['alertname'] === alert &&
        (scope === undefined || labels['scope'] === scope) &&
        labels['burn'] === burn &&
        (task === undefined || labels['runwell_task_name'] === task),
    )
    return found ? true : undefined
  })
}
