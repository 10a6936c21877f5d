import { priorities } from '../../../src/base/words.ts'
import type { Effect } from '../../../src/kernel/effect.ts'
import { isHostUp } from '../../../src/kernel/host.ts'
import type { Occurrence } from '../occurrence.ts'
import { must } from '../violation.ts'
import type { ModelStop, World } from '../world.ts'
import { indexOf } from '../world.ts'

export function noteStop({
  world,
  event,
  phaseBefore,
}: Pick<Occurrence, 'world' | 'event' | 'phaseBefore'>): void {
  if (event.type === 'stop' && world.stop === undefined) {
    world.stop = {
      deadline: event.deadline,
      quietBy: world.now + (world.configuration.stop?.quietWithinMs ?? 0),
      isQuiet: false,
      isEnded: false,
      isHurried: false,
      scale: 1_000,
    }
  }
  const { stop } = world
  if (!stop) return
  if (event.type === 'quiet' && phaseBefore === 'draining') {
    stop.isQuiet = true
    stop.scale = scaleOf(world, stop)
  }
  if (event.type === 'hurry' && !stop.isEnded) {
    stop.isHurried = true
    stop.deadline = Math.min(stop.deadline, event.deadline)
    if (stop.isQuiet) stop.scale = Math.min(stop.scale, scaleOf(world, stop))
    else stop.quietBy = Math.min(stop.quietBy, world.now)
  }
}

function scaleOf(world: World, stop: ModelStop): number {
  const { reserveMs = 0, flushMs = 0 } = world.configuration.stop ?? {}
  const isLive = [...world.runs.values()].filter((run) => !run.hasOutcome)
  const hosts = [...world.kernel.tasks.values()].filter(isHostUp).map(({ name }) => indexOf(world, name))
  const classes = new Set([...isLive.map((run) => run.task), ...hosts]).size
  const needMs = classes * reserveMs + flushMs
  const leftMs = Math.max(0, stop.deadline - world.now)
  return needMs <= leftMs ? 1_000 : Math.floor((1_000 * leftMs) / needMs)
}

export function checkStop(occurrence: Occurrence): void {
  const { world, event, phaseBefore, effects } = occurrence
  const { stop, kernel } = world
  if (!stop) return
  if (phaseBefore === 'stopped') return checkSilence(occurrence)
  if (event.type === 'quiet' && phaseBefore === 'draining') checkPlan(world)
  if (kernel.phase === 'stopping') {
    checkQuiet(world)
    checkReserve(occurrence, stop)
    checkProgress(world)
  }
  if (effects.some((effect) => effect.do === 'stop-ended')) checkEnd(world, stop)
}

function checkPlan(world: World): void {
  const classes = world.kernel.shutdown?.classes ?? []
  const classOf = (name: string): number => classes.findIndex((names) => names.includes(name))
  for (const { name, config } of world.kernel.tasks.values()) {
    const own = classOf(name)
    must(own >= priorities.indexOf(config.priority), '6 class order', `${name} is stopped too early`)
    for (const needed of config.dependsOn) {
      if (!world.kernel.tasks.has(needed)) continue
      must(
        classOf(needed) >= own,
        '6 class order',
        `${needed} is stopped before ${name}, which depends on it`,
      )
    }
  }
}

function checkQuiet(world: World): void {
  for (const [index, model] of world.tasks.entries()) {
    const isArmed = model.alarm < Number.POSITIVE_INFINITY
    must(!isArmed, '4 quiet', `task ${index} is armed after quiet`)
  }
  for (const { name, runs, queued, backlog } of world.kernel.tasks.values()) {
    const waits = queued !== undefined || backlog !== undefined
    must(!waits, '4 quiet', `a run of ${name} still waits after quiet`)
    for (const run of runs?.values() ?? []) {
      must(run.phase !== 'waiting-retry', '4 quiet', `${name} has a retry armed after quiet`)
    }
  }
}

function checkProgress(world: World): void {
  if (world.stopAlarm < Number.POSITIVE_INFINITY) return
  const ending = world.kernel.shutdown?.ending ?? []
  const latest = world.configuration.blocksInStop ? Number.MAX_VALUE : (world.stop?.deadline ?? 0)
  for (const run of world.runs.values()) {
    const name = world.configuration.tasks[run.task]?.name ?? ''
    if (run.hasOutcome || !ending.includes(name)) continue
    must(run.alarm <= latest, '5 deadline', `the stop waits for ${name} forever`)
  }
}

function checkReserve({ world, event, classBefore }: Occurrence, stop: ModelStop): void {
  const { shutdown } = world.kernel
  const { classGraceMs = 0, reserveMs = 0 } = world.configuration.stop ?? {}
  if (!shutdown || world.configuration.blocksInStop) return
  const isNew = shutdown.current !== classBefore
  if (!isNew && event.type !== 'hurry') return
  const minMs = Math.min(classGraceMs, (reserveMs * stop.scale) / 1_000) - 1
  const gotMs = shutdown.classDeadline - world.now
  const isHurry = event.type === 'hurry' && !isNew
  must(isHurry || gotMs >= minMs, '8 reserves', `class ${shutdown.current} gets ${gotMs} ms of ${minMs}`)
}

function checkEnd(world: World, stop: ModelStop): void {
  const { flushMs = 0 } = world.configuration.stop ?? {}
  for (const run of world.runs.values()) {
    must(run.hasOutcome, '2 one outcome', 'the stop ends while a run has no outcome')
  }
  checkRest(world)
  for (const { name, mode, removed } of world.kernel.tasks.values()) {
    const isOver = mode === 'stopped' || mode === 'finished' || mode === 'failed' || removed
    must(isOver, '7 stopped', `${name} is ${mode} when the stop has ended`)
  }
  if (world.configuration.blocksInStop) return
  const latest = stop.deadline - (flushMs * stop.scale) / 1_000 + 1
  must(world.now <= latest, '5 deadline', () => `the stop ends at ${world.now} but should end by ${latest}`)
}

function checkRest(world: World): void {
  const alarms = [...world.tasks, ...world.runs.values()].map(({ alarm }) => alarm)
  const isAtRest = Math.min(world.stopAlarm, ...alarms) === Number.POSITIVE_INFINITY
  must(isAtRest, '7 stopped', 'something is armed when the stop has ended')
}

const answers: ReadonlySet<Effect['do']> = new Set(['settled-late', 'refuse', 'unregistered'])

function checkSilence({ world, effects, event }: Occurrence): void {
  for (const effect of effects) {
    const isAnswer = effect.do === 'restart-refused' && event.type === 'restart' && effect.task === undefined
    must(isAnswer || answers.has(effect.do), '7 stopped', `${effect.do} after the stop has ended`)
  }
  checkRest(world)
}

export function checkDeadline(world: World): void {
  const { stop, configuration } = world
  if (!stop?.isQuiet || stop.isEnded || configuration.blocksInStop) return
  must(world.now <= stop.deadline, '5 deadline', 'the deadline has passed and the stop continues')
}
