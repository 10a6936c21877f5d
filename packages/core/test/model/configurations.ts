import type { Configuration } from './configuration.ts'
import { flatBackoff, loopTask, stopSpec, task, ticks } from './specs.ts'

function configuration(
  name: string,
  about: string,
  rest: Partial<Configuration> & Pick<Configuration, 'tasks'>,
): Configuration {
  return { name, about, stop: undefined, blockMs: 0, blocksInStop: false, latePlans: false, ...rest }
}

const quick = {
  backoff: flatBackoff,
  stableAfterMs: ticks(1),
  budget: { restarts: 1, withinMs: ticks(1) },
  // A parked loop waits longer than `withinMs`, so its budget never delays its retry. Delayed retries would add many
  // states.
  park: { firstMs: ticks(2), maxMs: ticks(2) },
}

const called = { limit: 1, overlap: 'parallel', allowAbandoned: 9 } as const

const stopping = { graceMs: 0, earlyMs: 0, followsRuns: false, stops: true } as const

export const configurations: readonly Configuration[] = [
  configuration('skip', 'overlap skip, with a timeout, blocks and pauses; stopped at any time', {
    tasks: [
      task('a', { timeoutMs: ticks(3) }, { calls: ['trigger', 'pause', 'restart', 'unregister', 'standby'] }),
    ],
    stop: stopSpec({ quietWithinMs: ticks(1), hurryMs: ticks(2) }),
    blockMs: ticks(3),
  }),
  configuration('pause-until', 'pauses that end by themselves, and controls that are signed', {
    tasks: [
      task(
        'a',
        { overlap: 'queue' },
        { periodMs: ticks(3), calls: ['trigger', 'pause', 'pause-until', 'restart', 'unregister', 'abort'] },
      ),
    ],
    stop: stopSpec(),
  }),
  configuration('pause-until-loop', 'a loop whose pauses end by themselves', {
    tasks: [loopTask('a', quick, {}, ['pause', 'pause-until', 'restart', 'abort'])],
    stop: stopSpec(),
  }),
  configuration('queue', 'one run is queued; blocks; stopped', {
    tasks: [task('a', { overlap: 'queue', timeoutMs: ticks(4) }, { calls: ['trigger', 'pause', 'restart'] })],
    stop: stopSpec({ quietWithinMs: ticks(1) }),
    blockMs: ticks(2),
  }),
  configuration('cancel-previous', 'a newer run replaces the older; one abandoned run is allowed', {
    tasks: [
      task(
        'a',
        { overlap: 'cancel-previous', allowAbandoned: 1 },
        { calls: ['trigger', 'pause', 'restart', 'unregister'] },
      ),
    ],
    stop: stopSpec({ quietWithinMs: ticks(1) }),
    blockMs: ticks(2),
  }),
  configuration('parallel', 'two concurrent runs, one abandoned allowed, and jitter', {
    tasks: [
      task(
        'a',
        { overlap: 'parallel', limit: 2, allowAbandoned: 1, timeoutMs: ticks(3) },
        { jitterMs: 500, calls: ['trigger', 'pause', 'abort'] },
      ),
    ],
    stop: stopSpec(),
  }),
  configuration('misfire-all', 'missed slots run one after another', {
    tasks: [
      task(
        'a',
        { misfire: { all: 2 }, catchUpMs: ticks(2), timeoutMs: ticks(1) },
        { periodMs: ticks(1), calls: ['trigger', 'pause', 'restart', 'unregister'] },
      ),
    ],
    stop: stopSpec(),
    blockMs: ticks(4),
  }),
  configuration('misfire-skip', 'missed slots are dropped; rescheduled; the clock is set', {
    tasks: [
      task(
        'a',
        { misfire: 'skip', catchUpMs: 0, timeoutMs: ticks(3) },
        {
          calls: ['reschedule', 'set-clock', 'pause', 'trigger', 'stray'],
          other: { config: { misfire: 'coalesce' }, periodMs: ticks(3) },
        },
      ),
    ],
    stop: stopSpec({ quietWithinMs: ticks(1) }),
    blockMs: ticks(3),
  }),
  configuration('retry', 'retries before the next slot', {
    tasks: [
      task(
        'a',
        {
          retry: { times: 1, backoff: flatBackoff },
          timeoutMs: ticks(1),
          allowAbandoned: 1,
          overlap: 'cancel-previous',
        },
        { periodMs: ticks(3), calls: ['trigger', 'pause', 'unregister', 'abort'] },
      ),
    ],
    stop: stopSpec({ quietWithinMs: ticks(1), drain: true }),
  }),
  configuration('once', 'one slot, also before the start, and unregistered again', {
    tasks: [
      task(
        'a',
        { planning: 'once', catchUpMs: Number.POSITIVE_INFINITY, timeoutMs: ticks(3) },
        {
          calls: ['trigger', 'trigger-early', 'pause', 'restart', 'unregister', 'reschedule', 'stray'],
          other: { config: {}, periodMs: ticks(1) },
        },
      ),
    ],
    stop: stopSpec({ quietWithinMs: ticks(1) }),
    blockMs: ticks(2),
    latePlans: true,
  }),
  configuration('once-kept', 'one slot, and the task stays registered; the clock may be set before it', {
    tasks: [
      task(
        'a',
        { planning: 'once', catchUpMs: Number.POSITIVE_INFINITY, overlap: 'queue' },
        {
          keep: true,
          calls: ['trigger', 'pause', 'restart', 'reschedule', 'set-clock', 'judge', 'stray'],
          other: { config: { planning: 'delay' }, periodMs: ticks(2) },
        },
      ),
    ],
    stop: stopSpec(),
  }),
  configuration('delay', 'fixed delay after the end, planned late', {
    tasks: [
      task(
        'a',
        { planning: 'delay', timeoutMs: ticks(1), allowAbandoned: 1 },
        {
          calls: ['trigger', 'pause', 'unregister', 'standby', 'reschedule'],
          other: { config: { planning: 'slots' }, periodMs: ticks(3) },
        },
      ),
    ],
    stop: stopSpec(),
    blockMs: ticks(1),
    latePlans: true,
  }),
  configuration(
    'loop-always',
    'restarts with growing backoff, parked when the budget is used up, or started manually',
    {
      tasks: [
        loopTask('a', { stableAfterMs: ticks(2) }, { timeoutMs: ticks(3) }, [
          'trigger',
          'pause',
          'restart',
          'ready',
          'stray',
        ]),
      ],
      stop: stopSpec({ hurryMs: ticks(1) }),
    },
  ),
  configuration('loop-flat', 'constant backoff, which covers states of the window that growing waits hide', {
    tasks: [
      loopTask('a', { backoff: flatBackoff, budget: { restarts: 3, withinMs: ticks(4) } }, {}, [
        'trigger',
        'pause',
        'restart',
      ]),
    ],
  }),
  configuration('loop-abandoned', 'one abandoned run is allowed; unregistered and registered again', {
    tasks: [
      loopTask('a', quick, { timeoutMs: ticks(2), allowAbandoned: 1 }, ['trigger', 'pause', 'unregister']),
    ],
    stop: stopSpec(),
  }),
  configuration('loop-escalate', 'restarts only after failures, then escalates; a predicate may decide', {
    tasks: [
      loopTask(
        'a',
        { mode: 'on-failure', exhausted: 'escalate', stableAfterMs: ticks(2) },
        { timeoutMs: ticks(2) },
        ['trigger', 'pause', 'restart', 'want', 'judge', 'stray'],
      ),
    ],
    stop: stopSpec({ hurryMs: ticks(1) }),
  }),
  configuration('loop-never', 'only manual restarts, beside a loop that escalates', {
    tasks: [
      loopTask('a', { mode: 'never' }, {}, ['trigger', 'trigger-early', 'restart', 'unregister']),
      loopTask('b', { ...quick, exhausted: 'escalate' }),
    ],
    stop: stopSpec(),
  }),
  configuration('loop-failed', 'escalated and then unregistered', {
    tasks: [loopTask('a', { ...quick, exhausted: 'escalate' }, {}, ['unregister', 'trigger'])],
    stop: stopSpec(),
  }),
  configuration('loop-stops', 'stopped for good and started again manually', {
    tasks: [
      loopTask('a', { backoff: flatBackoff, exhausted: 'stop' }, {}, [
        'restart',
        'trigger',
        'pause',
        'stray',
      ]),
    ],
    stop: stopSpec({ quietWithinMs: ticks(1) }),
  }),
  configuration('rules', 'a rule asks for restarts of a loop and of a manual task', {
    tasks: [
      loopTask('a', quick, {}, ['judge', 'pause']),
      task('b', { planning: 'manual', timeoutMs: ticks(1) }, { calls: ['judge', 'trigger'] }),
    ],
  }),
  configuration('rules-slots', 'the same for a scheduled task that is sometimes on standby', {
    tasks: [task('a', { timeoutMs: ticks(3) }, { calls: ['judge', 'standby', 'pause', 'restart', 'stray'] })],
    stop: stopSpec({ quietWithinMs: ticks(1), hurryMs: ticks(1) }),
  }),
  configuration('two-loops', 'restarts due together are spaced', {
    tasks: [
      loopTask('a', quick, {}, ['restart', 'ready', 'pause']),
      loopTask('b', quick, { priority: 'critical' }),
    ],
    stop: stopSpec(),
  }),
  configuration('classes', 'three priorities, little time, extensions, a second signal', {
    tasks: [
      loopTask('a', { mode: 'never' }, { priority: 'low' }, ['extend']),
      task('b', { timeoutMs: ticks(2), abortGraceMs: ticks(5) }, { calls: ['extend', 'pause'] }),
      loopTask('c', { mode: 'never' }, { priority: 'critical' }, ['extend']),
    ],
    stop: stopSpec({ deadlineMs: ticks(5), hurryMs: ticks(1), quietWithinMs: ticks(1) }),
  }),
  configuration('classes-drain', 'the same with draining: runs may end by themselves first', {
    tasks: [
      loopTask('a', { mode: 'never' }, { priority: 'low', timeoutMs: ticks(3), abortGraceMs: ticks(5) }),
      task('b', {}, { calls: ['extend'] }),
      loopTask('c', { mode: 'never' }, { priority: 'high' }, ['unregister']),
    ],
    stop: stopSpec({ deadlineMs: ticks(8), classGraceMs: ticks(3), drain: true, hurryMs: ticks(2) }),
  }),
  configuration(
    'depends',
    'a depends on b, which is promoted; a chain in one class; the stop is requested by a run',
    {
      tasks: [
        loopTask('a', { mode: 'never' }, { priority: 'high', dependsOn: ['b'] }, ['ask-stop', 'extend']),
        loopTask(
          'b',
          { mode: 'never' },
          { priority: 'low', dependsOn: ['c'], timeoutMs: ticks(3), abortGraceMs: ticks(5) },
          ['ask-stop', 'unregister'],
        ),
        task('c', { priority: 'high', timeoutMs: ticks(2), abortGraceMs: ticks(5) }, { calls: ['pause'] }),
      ],
      stop: stopSpec({ hurryMs: ticks(1) }),
    },
  ),
  configuration('blocked-stop', 'the event loop is also blocked during the stop', {
    tasks: [loopTask('a', quick, { priority: 'low' }, ['extend', 'ready']), task('b', { overlap: 'queue' })],
    stop: stopSpec({ hurryMs: ticks(1) }),
    blockMs: ticks(1),
    blocksInStop: true,
  }),
  configuration('calls-and-spawns', 'calls and spawned work', {
    tasks: [
      task(
        'a',
        { planning: 'call', limit: 2, overlap: 'parallel' },
        { calls: ['trigger', 'pause', 'unregister'] },
      ),
      task(
        'b',
        { planning: 'manual', limit: 2, overlap: 'parallel', allowAbandoned: 2, timeoutMs: ticks(2) },
        {
          calls: ['trigger', 'trigger-early', 'abort'],
        },
      ),
    ],
    stop: stopSpec({ quietWithinMs: ticks(1) }),
  }),
  configuration('host', 'other code runs a task at slots, late, early or never, and is stopped', {
    tasks: [
      task(
        'a',
        {
          ...called,
          limit: 2,
          planning: 'awaited',
          host: { graceMs: ticks(2), earlyMs: 0, followsRuns: false, stops: true },
        },
        { calls: ['trigger', 'pause', 'report', 'standby'] },
      ),
    ],
    stop: stopSpec({ deadlineMs: ticks(4) }),
  }),
  configuration('host-follows', 'the expected slots follow the runs; the stop drains', {
    tasks: [
      task(
        'a',
        {
          ...called,
          planning: 'awaited',
          host: { graceMs: ticks(1), earlyMs: 0, followsRuns: true, stops: true },
        },
        { calls: ['trigger', 'report', 'pause'] },
      ),
    ],
    stop: stopSpec({ deadlineMs: ticks(4), drain: true }),
  }),
  configuration('hosts', 'a host that needs a connection, which is stopped after it', {
    tasks: [
      task('a', { ...called, planning: 'call', dependsOn: ['b'], host: stopping }, { calls: ['trigger'] }),
      task('b', { ...called, planning: 'connection', host: stopping }, { calls: ['trigger'] }),
    ],
    stop: stopSpec({ deadlineMs: ticks(4) }),
  }),
]
