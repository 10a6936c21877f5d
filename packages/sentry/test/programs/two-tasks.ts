import { every, Supervisor } from '@runwell/core'
import { otelObserver } from '@runwell/otel'
import type * as SentryNode from '@sentry/node'
import { sentryObserver } from '../../src/index.ts'
import { type SetupName, setUp } from './setups.ts'

/**
 * Two tasks run at the same time, set a tag and a breadcrumb each, and fail. Arguments: the set-up, the DSN, and
 * optionally `otel` for an `otelObserver`.
 */
const [name, dsn = '', otel] = process.argv.slice(2)
const { Sentry, spans } = await setUp(name as SetupName, dsn)
const app = Sentry as unknown as typeof SentryNode
const warnings: string[] = []

const tasks = ['ann', 'bob']
const onEnd = new Map<string, () => void>()
const ended = tasks.map((task) => new Promise<void>((resolve) => onEnd.set(task, resolve)))

const supervisor = new Supervisor({
  observers: [
    ...(otel === 'otel' ? [otelObserver({ metrics: false })] : []),
    sentryObserver(Sentry, { onWarning: (message) => warnings.push(message) }),
    {
      name: 'end',
      onEvent: (event) => {
        if (event.type === 'run.ended') onEnd.get(event.task)?.()
      },
    },
  ],
})
for (const task of tasks) {
  supervisor.register({
    name: task,
    schedule: every('1h', { immediate: true }),
    run: async () => {
      app.setTag('who', task)
      app.addBreadcrumb({ message: `crumb of ${task}` })
      await new Promise((resolve) => setTimeout(resolve, 20))
      app.captureException(new Error(`${task} noticed`))
      await new Promise((resolve) => setTimeout(resolve, 20))
      throw new Error(`${task} failed`)
    },
  })
}
await supervisor.start()
await Promise.all(ended)
await supervisor.stop()
process.stdout.write(JSON.stringify({ warnings, spans: await spans() }), () => process.exit(0))
