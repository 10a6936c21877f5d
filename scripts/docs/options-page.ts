/** Writes `docs/options.md` from the doc comments of the options: `npx tsx scripts/docs/options-page.ts`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Section {
  readonly title: string
  readonly text: string
  /** Relative to `packages/core/src`. */
  readonly file: string
  readonly type: string
}

const sections: readonly Section[] = [
  {
    title: 'A task',
    text: 'Options of `supervisor.register()`, besides those of [behaviour](#behaviour-of-a-task).',
    file: 'task/options.ts',
    type: 'TaskOptions',
  },
  {
    title: 'Behaviour of a task',
    text: 'Also options of `owner.register()` and `@task`. Spawned work takes those that need no schedule, and `external()` those that do not control runs: see `ExternalOptions`.',
    file: 'task/options.ts',
    type: 'TaskBehavior',
  },
  {
    title: 'Restarts of a loop',
    text: 'Options of `always()`, `onFailure()` and `never()`, for the option `restart`. See [restart](semantics.md#restart).',
    file: 'restart/policy.ts',
    type: 'RestartOptions',
  },
  {
    title: 'Retries within a run',
    text: 'The option `retry` is `{ times, backoff, if }`.',
    file: 'restart/retry.ts',
    type: 'RetryOptions',
  },
  {
    title: 'External tasks',
    text: '`supervisor.external()` takes these options. [`@runwell/adopt`](migrating/README.md) uses it to watch the jobs of another scheduler.',
    file: 'task/external.ts',
    type: 'ExternalOptions',
  },
  {
    title: 'The supervisor',
    text: 'Options of `new Supervisor()`.',
    file: 'facade/supervisor-options.ts',
    type: 'SupervisorOptions',
  },
  {
    title: 'A stop',
    text: 'Options of `supervisor.stop()` and of `handleSignals()`. See [shutdown](guides/shutdown.md).',
    file: 'shutdown/report.ts',
    type: 'StopOptions',
  },
  {
    title: 'Signals',
    text: 'Further options of `handleSignals()`.',
    file: 'process/signals.ts',
    type: 'SignalOptions',
  },
  {
    title: 'Logging',
    text: 'Options of `logObserver(logger, options)`. See [logging](guides/logging.md).',
    file: 'observe/log-observer.ts',
    type: 'LogOptions',
  },
]

const head = `# Options

<!-- Written by scripts/docs/options-page.ts from the doc comments. -->

A duration is a number of milliseconds or a text such as \`'250ms' '30s' '5m' '2h' '1d'\`. Invalid options throw an
[\`InvalidOptionError\`](errors.md) immediately.

Options of the schedules are in [semantics](semantics.md#schedule), those of the rules in [health](health.md#options-that-every-rule-has), and those of
the other packages in their READMEs: [otel](../packages/otel/README.md), [sentry](../packages/sentry/README.md),
[console](../packages/console/README.md), [adopt](../packages/adopt/README.md).
`

const root = fileURLToPath(new URL('../..', import.meta.url))
const member =
  /^ {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2}(?:readonly )?(\w+)(\?)?[(:<]|^ {2}(?:readonly )(\w+)(\?)?:/gm

function bodyOf({ file, type }: Section): string {
  const source = readFileSync(join(root, 'packages/core/src', file), 'utf8')
  const body = new RegExp(`^export interface ${type}\\b[^{]*\\{\\n([\\s\\S]*?)^\\}`, 'm').exec(source)?.[1]
  if (body === undefined) throw new Error(`Expected ${file} to declare the interface ${type}`)
  return body
}

function rowsOf(section: Section): readonly string[] {
  return [...bodyOf(section).matchAll(member)].flatMap((match) => {
    const name = match[2] ?? match[4] ?? ''
    if (name === 'apply') return []
    const text = (match[1] ?? '')
      .replace(/^\s*\* ?/gm, '')
      .replace(/\{@link (\w+)\}/g, '`$1`')
      .replace(/\s+/g, ' ')
      .replaceAll('|', '\\|')
      .trim()
    const [means = '', fallback = ''] = text.split(/ ?@defaultValue ?/)
    const isRequired = (match[3] ?? match[5]) === undefined
    return [
      `| \`${name}\` | ${isRequired ? 'required' : fallback || 'none'} | ${means.replace(/ ?@\w+.*$/, '')} |`,
    ]
  })
}

export function optionsPage(): string {
  const parts = sections.map((section) =>
    [
      `## ${section.title}`,
      '',
      section.text,
      '',
      '| option | default | means |',
      '|---|---|---|',
      ...rowsOf(section),
      '',
    ].join('\n'),
  )
  return [head, ...parts].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, 'docs/options.md'), optionsPage())
}
