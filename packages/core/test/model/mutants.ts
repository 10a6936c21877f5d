/** A small fault in the kernel that the search must notice. */
export interface Mutant {
  readonly name: string
  /** Relative to `packages/core/src`. */
  readonly file: string
  readonly from: string
  readonly to: string
  /** The configuration in which it shows. */
  readonly configuration: string
}

export const mutants: readonly Mutant[] = [
  {
    name: 'no overlap check',
    file: 'kernel/runs.ts',
    from: 'if (liveRuns(task) < limit) return begin(step, task, request)\n  if (overlap',
    to: 'if (liveRuns(task) < limit + 1) return begin(step, task, request)\n  if (overlap',
    configuration: 'skip',
  },
  {
    name: 'a late settlement is a second outcome',
    file: 'kernel/runs.ts',
    from: "if (run.phase === 'abandoned') return onSettledLate(step, task, run, predicateSaid)",
    to: '',
    configuration: 'skip',
  },
  {
    name: 'an abandoned run does not block the next',
    file: 'kernel/state.ts',
    from: 'return task.abandoned > task.config.allowAbandoned',
    to: 'return task.abandoned > task.config.allowAbandoned + 1',
    configuration: 'skip',
  },
  {
    name: 'cancel-previous does not wait',
    file: 'kernel/runs.ts',
    from: '  queue(step, task, request)\n}\n\n/** Returns why',
    to: "  if (overlap === 'cancel-previous') return begin(step, task, request)\n  queue(step, task, request)\n}\n\n/** Returns why",
    configuration: 'cancel-previous',
  },
  {
    name: 'a slot that is due when the stop becomes quiet is lost',
    file: 'kernel/disarm.ts',
    from: "    skipOverdue(step, task, 'stopping')\n",
    to: '',
    configuration: 'queue',
  },
  {
    name: 'queued runs are lost on pause',
    file: 'kernel/disarm.ts',
    from: 'refuseWaiting(step, task, reason)',
    to: 'task.queued = undefined',
    configuration: 'queue',
  },
  {
    name: 'a manual restart does not wait for its predecessor',
    file: 'kernel/control.ts',
    from: 'if (liveRuns(task) === 0) return begin(step, task, next)',
    to: 'if (liveRuns(task) >= 0) return begin(step, task, next)',
    configuration: 'loop-always',
  },
  {
    name: 'tumbling window',
    file: 'restart/ledger.ts',
    from: 'while (log.length > budget.restarts || isOlder(log[0], at, budget.withinMs)) log.shift()',
    to: 'if (isOlder(log[0], at, budget.withinMs)) log.splice(0, log.length - 1)',
    configuration: 'loop-flat',
  },
  {
    name: 'half-open window',
    file: 'restart/ledger.ts',
    from: 'now - at > withinMs',
    to: 'now - at >= withinMs',
    configuration: 'loop-flat',
  },
  {
    name: 'a trial uses no budget',
    file: 'kernel/runs.ts',
    from: "if (request.trigger === 'restart' && task.mode !== 'armed') {",
    to: "if (request.trigger === 'restart' && task.mode === 'backing-off') {",
    configuration: 'loop-flat',
  },
  {
    name: 'restart timer not cancelled at quiet',
    file: 'kernel/disarm.ts',
    from: 'cancelWake(step, task)\n',
    to: '',
    configuration: 'loop-always',
  },
  {
    name: 'queue not refused at quiet',
    file: 'kernel/disarm.ts',
    from: 'refuseWaiting(step, task, reason)',
    to: "if (reason !== 'stopping') refuseWaiting(step, task, reason)",
    configuration: 'queue',
  },
  {
    name: 'no quiet: slots continue to run during the stop',
    file: 'kernel/runs.ts',
    from: "if (isQuiet(step) && !isHostUp(task)) return 'stopping'",
    to: '',
    configuration: 'parallel',
  },
  {
    name: 'no class gate',
    file: 'kernel/stop.ts',
    from: '  if (!isClassOver(step.state, shutdown)) return\n',
    to: '',
    configuration: 'classes',
  },
  {
    name: 'no reserve',
    file: 'kernel/stop.ts',
    from: 'leftMs - reserveMs * scale',
    to: 'leftMs',
    configuration: 'classes',
  },
  {
    name: 'a dependency is not promoted',
    file: 'shutdown/plan.ts',
    from: 'classOf.set(name, own)',
    to: '',
    configuration: 'depends',
  },
  {
    name: 'a dependency is aborted with its dependant',
    file: 'kernel/stop-class.ts',
    from: 'live.filter((task) => !needed.has(task.name))',
    to: 'live',
    configuration: 'depends',
  },
  {
    name: 'a dependency is aborted with its indirect dependants',
    file: 'kernel/stop-class.ts',
    from: 'for (const next of task.config.dependsOn) needed.add(next)',
    to: '{}',
    configuration: 'depends',
  },
  {
    name: 'the run that requested the stop is not aborted last',
    file: 'kernel/stop.ts',
    from: 'if (run.askedStop && !isLast) continue',
    to: '',
    configuration: 'depends',
  },
  {
    name: 'an extension ignores the deadline',
    file: 'kernel/stop.ts',
    from: 'Math.min(run.phaseEndsAt + ms, latest)',
    to: 'run.phaseEndsAt + ms',
    configuration: 'classes',
  },
  {
    name: 'a slot is decided twice',
    file: 'kernel/slots.ts',
    from: 'task.slot = slots.next\n  task.slotDueAt = slots.nextDueAt',
    to: 'task.slotDueAt = slots.nextDueAt',
    configuration: 'skip',
  },
  {
    name: 'missed slots are not reported',
    file: 'kernel/slots.ts',
    from: 'if (missed > 0) {',
    to: 'if (missed > 1) {',
    configuration: 'skip',
  },
  {
    name: 'a rule restarts a run that makes progress',
    file: 'kernel/control.ts',
    from: "if (progress) return 'progress'",
    to: '',
    configuration: 'rules',
  },
  {
    name: 'a loop does not start again after a pause',
    file: 'kernel/control.ts',
    from: '  if (liveRuns(task) > 0) return // a loop starts when its aborted run has ended',
    to: '  return',
    configuration: 'loop-always',
  },
  {
    name: 'a restart does not wait for its backoff',
    file: 'kernel/after.ts',
    from: 'task.wakeAt = spacedAt',
    to: 'task.wakeAt = now.mono',
    configuration: 'loop-always',
  },
  {
    name: 'events are handled after the stop',
    file: 'kernel/step.ts',
    from: "step.state.phase !== 'stopped' || isHandledAfterStop(event)",
    to: 'true',
    configuration: 'skip',
  },
]
