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
    text: '`supervisor.register()` takes these options, and the options of the [behaviour of a task](#behaviour-of-a-task).',
    file: 'task/options.ts',
    type: 'TaskOptions',
  },
  {
    title: 'Behaviour of a task',
    text: '`supervisor.register()` and `@task` take all of these options, and `owner.register()` all except `owner`. `spawn()` and `external()` take only some of them: see the types `SpawnOptions` and `ExternalOptions`.',
    file: 'task/options.ts',
    type: 'TaskBehavior',
  },
  {
    title: 'Restarts of a loop',
    text: '`always()` and `onFailure()` take these options. They return the value for the option `restart` of a loop. See [restart](semantics.md#restart).',
    file: 'restart/policy.ts',
    type: 'RestartOptions',
  },
  {
    title: 'Retries within a run',
    text: 'The option `retry` is an object `{ times, backoff, if }`. `times` is the number of further attempts, 1 to 100.',
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
    text: '`new Supervisor()` takes these options.',
    file: 'facade/supervisor-options.ts',
    type: 'SupervisorOptions',
  },
  {
    title: 'A stop',
    text: '`supervisor.stop()` takes these options. `handleSignals()` takes all of them except `reason`. See [shutdown](guides/shutdown.md).',
    file: 'shutdown/report.ts',
    type: 'StopOptions',
  },
  {
    title: 'Signals',
    text: '`handleSignals()` takes these options, and the options of [a stop](#a-stop).',
    file: 'process/signals.ts',
    type: 'SignalOptions',
  },
  {
    title: 'Logging',
    text: '`logObserver(logger, options)` takes these options. See [logging](guides/logging.md).',
    file: 'observe/log-observer.ts',
    type: 'LogOptions',
  },
]

const head = `# Options

<!-- Written by scripts/docs/options-page.ts from the doc comments. -->

A duration is a number of milliseconds or a text such as \`'250ms' '30s' '5m' '2h' '1d'\`. Invalid options throw an
[\`InvalidOptionError\`](errors.md) immediately.

Other pages describe these options:

- options of schedules: [semantics](semantics.md#schedule)
- options of health rules: [health](health.md#options-that-every-rule-has)
- options of other packages: the READMEs of [otel](../packages/otel/README.md), [sentry](../packages/sentry/README.md),
  [console](../packages/console/README.md), [adopt](../packages/adopt/README.md) and [bullmq](../packages/bullmq/README.md)
`

const root = fileURLToPath(new URL('../..', import.meta.url))
/** `@task` and package names also begin with `@`, so only these tags end a text. */
const blockTag = /\s@(?=(?:defaultValue|deprecated|example|param|remarks|returns|see|throws)\b)/
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
    const [means = '', ...tags] = (match[1] ?? '')
      .replace(/^\s*\* ?/gm, '')
      .replace(/\{@link (\w+)\}/g, '`$1`')
      .replaceAll('|', '\\|')
      .split(blockTag)
      .map((part) => part.replace(/\s+/g, ' ').trim())
    const fallback = tags.find((tag) => tag.startsWith('defaultValue '))?.slice('defaultValue '.length)
    const isRequired = (match[3] ?? match[5]) === undefined
    return [`| \`${name}\` | ${isRequired ? 'required' : (fallback ?? 'none')} | ${means} |`]
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
