import type { KernelTask, RunState } from '../../../src/kernel/state.ts'
import { isStuck, liveRuns } from '../../../src/kernel/state.ts'
import { must } from '../violation.ts'
import type { ModelRun, World } from '../world.ts'

export function checkAgreement(world: World): void {
  let runs = 0
  for (const [index, { name }] of world.configuration.tasks.entries()) {
    const record = world.kernel.tasks.get(name)
    const model = world.tasks[index]
    if (!record || !model) continue
    const openUntil = record.host?.open[0]?.until ?? Number.POSITIVE_INFINITY
    const at = Math.min(record.slotDueAt, record.wakeAt, openUntil, record.pausedUntil)
    must(model.alarm === at, 'alarms', () => `${name} waits for ${at} and is armed for ${model.alarm}`)
    let abandoned = 0
    for (const run of record.runs ?? []) {
      runs += 1
      if (run.phase === 'abandoned') abandoned += 1
      checkRun(record, run, world.runs.get(run.id))
    }
    must(abandoned === record.abandoned, '2 one outcome', `${name} counts ${record.abandoned} abandoned runs`)
    must(liveRuns(record) <= record.config.limit, '1 overlap', `${name} has ${liveRuns(record)} live runs`)
  }
  must(
    runs === world.runs.size,
    '2 one outcome',
    `${world.runs.size} runs are active and the kernel has ${runs}`,
  )
}

function checkRun(task: KernelTask, run: RunState, model: ModelRun | undefined): void {
  const { name } = task
  must(model !== undefined, '2 one outcome', `run ${run.id} of ${name} exists only in the kernel`)
  must(
    model.hasOutcome === (run.phase === 'abandoned'),
    '2 one outcome',
    `the outcome of run ${run.id} is lost`,
  )
  const isBetween = run.phase === 'waiting-retry'
  must(model.isLive !== isBetween, 'deadlock', `the end of a run of ${name} was ignored`)
  must(model.alarm === run.phaseEndsAt, 'alarms', () => {
    return `a run of ${name} is ${run.phase} until ${run.phaseEndsAt} and armed for ${model.alarm}`
  })
  const isBounded = run.phase === 'aborting' || isBetween
  must(
    !isBounded || model.alarm < Number.POSITIVE_INFINITY,
    'deadlock',
    `nothing ends a ${run.phase} run of ${name}`,
  )
}

export function checkOwed(world: World): void {
  const { phase } = world.kernel
  if (phase !== 'started' && phase !== 'draining') return
  for (const [index, { name }] of world.configuration.tasks.entries()) {
    const record = world.kernel.tasks.get(name)
    const model = world.tasks[index]
    if (!record || !model) continue
    if (record.removed) {
      const isGone = model.isRegistered ? liveRuns(record) > 0 : record.abandoned > 0
      must(isGone, 'deadlock', `${name} is never unregistered`)
      continue
    }
    // If a supervisor is stopped before its start, it never starts its tasks.
    if (record.mode === 'registered' && phase === 'draining') continue
    checkTask(record, model.plansOwed > 0)
  }
}

function checkTask(task: KernelTask, isPlanOwed: boolean): void {
  const { name, mode, config, paused } = task
  const live = liveRuns(task)
  must(mode !== 'registered', 'deadlock', `${name} is not armed`)
  const backlog = task.backlog?.length ?? 0
  const most = typeof config.misfire === 'object' ? config.misfire.all : 0
  must(backlog <= most, '10 slots', `${backlog} slots of ${name} are waiting, at most ${most} may`)
  const waits = task.queued !== undefined || backlog > 0
  const mayWait = live > 0 && !paused && !isStuck(task)
  must(!waits || mayWait, 'deadlock', `a run of ${name} waits for nothing`)
  const isDelayed = mode === 'backing-off' || mode === 'parked'
  must(
    isDelayed === task.wakeAt < Number.POSITIVE_INFINITY,
    'deadlock',
    `${name} is ${mode} until ${task.wakeAt}`,
  )
  if (mode !== 'armed' || isPlanOwed) return
  const isPending = task.slotDueAt < Number.POSITIVE_INFINITY
  const isHeldFor = paused || isStuck(task) || live > 0
  must(!task.held || isPending || isHeldFor, 'deadlock', `the slot that ${name} holds waits for nothing`)
  if (config.planning === 'slots' || config.planning === 'awaited')
    must(isPending, 'deadlock', `${name} has no next slot`)
  if (paused || isStuck(task) || live > 0) return
  if (config.planning === 'delay') must(isPending, 'deadlock', `${name} has no next slot`)
  must(config.planning !== 'loop', 'deadlock', `${name} is a loop that does not run`)
}
