import { type StatusState, statusStates } from '../../src/base/results.ts'

/** Per state of a task: whether it recovers by itself, and what a person can do. */
const byState: { readonly [State in StatusState]: readonly [string, string] } = {
  idle: ['with the next successes', 'see the rule; `trigger()` it once the cause is gone'],
  running: ['when the run ends well', '`hung` or `slow`: find the `await` without a timeout; `restart()`'],
  backoff: ['it is restarted at the time shown', 'nothing, or `restart()` to have it now'],
  parked: ['it is tried after a minute, later each 15 minutes', 'remove the cause, then `restart()`'],
  failed: ['**no**', 'remove the cause, then `restart()` the task, or the process'],
  stuck: ['**no**, unless the run ends after all', 'restart the process; then make the code heed `signal`'],
  paused: ['**no**', 'ask who paused it; `resume()`'],
  standby: ['another process has it', 'nothing here; look at the process that has it'],
  stopped: ['with the next process', 'nothing, if a deploy or a shutdown is going on'],
}

/** Per firing rule, by the names of core's rules. */
const byRule: readonly (readonly [string, string, string])[] = [
  ['`error-rate`, `consecutive-failures`', 'failing', 'the last errors: an upstream, or the deploy?'],
  ['`stale`', 'silent: slots pass without a success', 'do runs begin (skips by reason)? how do they end?'],
  ['`late`', 'late', 'is the event loop held, and by whom (last panel but one)?'],
  ['`slow`, `hung`', 'takes too long, or gives no sign of life', 'its trace: what is the run waiting for?'],
  ['`stuck`', 'an abandoned run blocks the next', 'restart the process'],
  [
    '`restarts`, `not-running`',
    'a loop that does not stay up',
    'what ended it: restarts by reason, last errors',
  ],
  ['`blocks-loop`', 'holds the event loop', 'move the work to a worker thread, or cut it in pieces'],
]

/** Returns the advice as Markdown, with the states in the order of the status metric. */
export function advice(): string {
  const states = statusStates.map((state) => `| ${state} | ${byState[state].join(' | ')} |`)
  const rules = byRule.map((row) => `| ${row.join(' | ')} |`)
  return [
    '| its state | does it heal by itself? | what may I do? |',
    '|---|---|---|',
    ...states,
    '',
    '| rule | says | look at |',
    '|---|---|---|',
    ...rules,
    '',
    'The runbook of the task is behind its owner; that of each alert is in `docs/alerts.md`.',
  ].join('\n')
}
