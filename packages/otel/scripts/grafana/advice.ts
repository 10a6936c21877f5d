import { type StatusState, statusStates } from '../../src/base/results.ts'

/** For each state of a task: whether the task recovers by itself, and what a person can do. */
const byState: { readonly [State in StatusState]: readonly [string, string] } = {
  idle: ['after the next successes', 'look up the rule below; call `trigger()` once the cause is fixed'],
  running: [
    'when the run succeeds',
    'with `hung` or `slow`: find the `await` without a timeout, then call `restart()`',
  ],
  backoff: ['yes, it is restarted at the time shown', 'nothing, or call `restart()` to restart it now'],
  parked: [
    'perhaps: it is retried after 1 min, later every 15 min at most',
    'fix the cause, then call `restart()`',
  ],
  failed: ['**no**', 'fix the cause, then call `restart()` or restart the process'],
  stuck: [
    '**no**, unless the run ends after all',
    'restart the process, then make the code react to `signal`',
  ],
  paused: ['**no**', 'find out why it was paused, then call `resume()`'],
  standby: ['another process runs it', 'nothing here; look at the process that runs it'],
  stopped: ['when the next process starts', 'nothing during a deploy or shutdown'],
}

const byRule: readonly (readonly [string, string, string])[] = [
  ['`error-rate`, `consecutive-failures`', 'runs fail', 'the last errors: an upstream, or the last deploy?'],
  ['`stale`', 'slots pass without a success', 'do runs start (skips by reason)? How do they end?'],
  ['`late`', 'runs start late', 'does a task block the event loop (last panel but one)?'],
  ['`slow`, `hung`', 'a run takes too long or shows no progress', 'its trace: what is the run waiting for?'],
  ['`stuck`', 'an abandoned run blocks the next one', 'restart the process'],
  [
    '`restarts`, `not-running`',
    'a loop does not stay up',
    'why it ended: restarts by reason, and the last errors',
  ],
  [
    '`blocks-loop`',
    'a run blocks the event loop',
    'move the work to a worker thread, or split it into parts',
  ],
  [
    '`fleet`',
    "the fleet's store can't be reached, so slots wait",
    'is the store up, and does the network reach it?',
  ],
]

export function advice(): string {
  const states = statusStates.map((state) => `| ${state} | ${byState[state].join(' | ')} |`)
  const rules = byRule.map((row) => `| ${row.join(' | ')} |`)
  return [
    '| state | does it recover by itself? | what can I do? |',
    '|---|---|---|',
    ...states,
    '',
    '| rule | problem | what to check |',
    '|---|---|---|',
    ...rules,
    '',
    'Click the owner for the runbook of the task. `docs/alerts.md` has a runbook for each alert.',
  ].join('\n')
}
