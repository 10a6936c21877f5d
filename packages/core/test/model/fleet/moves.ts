import type { KernelEvent } from '../../../src/kernel/event.ts'
import type { FleetQuestion } from '../../../src/kernel/fleet-state.ts'
import { ticks } from '../specs.ts'
import { must } from '../violation.ts'
import { dueSlots, type FleetWorld, type ProcessModel, periodMs, release, send, taskOf } from './world.ts'

type Answer = Extract<KernelEvent, { type: 'fleet-answered' }>['answer']

export interface FleetMove {
  readonly name: string
  readonly take: (world: FleetWorld) => void
}

export function movesOf(world: FleetWorld, horizon: number): readonly FleetMove[] {
  const moves: FleetMove[] = []
  const alarms: number[] = []
  let isUrgent = false
  for (const [at, process] of world.processes.entries()) {
    if (process.state === 'gone') continue
    alarms.push(process.alarm, ...[...process.runs.values()].map(({ alarm }) => alarm))
    const asked = open(process).some((question) => question.isAsked)
    isUrgent ||= asked
    moves.push(...movesOfProcess(world, at, process))
  }
  isUrgent ||= alarms.some((at) => at <= world.now)
  if (!isUrgent && world.now < horizon) {
    const next = Math.min(world.now + ticks(1), ...alarms)
    const take = (after: FleetWorld): void => {
      after.now = next
    }
    moves.push({ name: 'tick', take })
  }
  return moves
}

function open(process: ProcessModel): readonly FleetQuestion[] {
  return taskOf(process).fleet?.open ?? []
}

function movesOfProcess(world: FleetWorld, at: number, process: ProcessModel): FleetMove[] {
  const moves: FleetMove[] = []
  const { now, entry, faults } = world
  const add = (name: string, take: (world: FleetWorld, process: ProcessModel) => void): void => {
    const onProcess = (after: FleetWorld): void => {
      const copy = after.processes[at]
      if (copy) take(after, copy)
    }
    moves.push({ name: `${name} ${at}`, take: onProcess })
  }
  if (process.alarm <= now) add('due', onDue)
  for (const [id, run] of process.runs) {
    if (run.alarm <= now) add('run due', (after, self) => onRunDue(after, self, id))
    if (run.isLive) add('settle', (after, self) => settle(after, self, id))
  }
  const question = open(process).find(({ isAsked }) => isAsked)
  if (question) {
    add('answer', (after, self) => answer(after, self, 'heard'))
    if (faults > 0) add('answer is lost', (after, self) => answer(after, self, 'lost'))
    if (faults > 0) add('fail', (after, self) => answer(after, self, 'failed'))
  }
  if (open(process).some(({ isAsked }) => !isAsked))
    add('up', (after, self) => void send(after, self, { type: 'fleet-up' }))
  if (entry?.holder === -1 && process.state === 'up') add('assign', (after, self) => assign(after, self, at))
  if (entry?.holder === at && faults > 0) add('lose the lease', (after, self) => lose(after, self))
  const [lost] = process.lost
  if (lost !== undefined) add('hear of the loss', (after, self) => hearOfLoss(after, self))
  const isLast = world.processes.every((other) => other === process || other.state !== 'up')
  if (!isLast && process.state === 'up') {
    if (faults > 0) add('die', (after, self) => die(after, self, at))
    add('stop', stop)
  }
  return moves
}

function onDue(world: FleetWorld, process: ProcessModel): void {
  const slots = dueSlots(world, process)
  process.alarm = Number.POSITIVE_INFINITY
  send(world, process, { type: 'due', run: 0, slots })
}

function onRunDue(world: FleetWorld, process: ProcessModel, id: number): void {
  const run = process.runs.get(id)
  if (run) run.alarm = Number.POSITIVE_INFINITY
  send(world, process, { type: 'due', run: id, slots: undefined })
}

function settle(world: FleetWorld, process: ProcessModel, id: number): void {
  const run = process.runs.get(id)
  if (run) run.isLive = false
  send(world, process, { type: 'settled', run: id, ok: true, predicateSaid: undefined })
}

/**
 * Answers the oldest question that the process has sent to the store.
 *
 * - `heard`: the process receives the answer.
 * - `lost`: the store receives the question, but the process receives no answer.
 * - `failed`: the store does not receive the question.
 */
function answer(world: FleetWorld, process: ProcessModel, how: 'heard' | 'lost' | 'failed'): void {
  const question = open(process).find(({ isAsked }) => isAsked)
  if (question === undefined) return
  if (how !== 'heard') world.faults -= 1
  if (how === 'failed') return void send(world, process, { type: 'fleet-failed', question: question.id })
  const decided = decide(world, process, question)
  if (how === 'lost') send(world, process, { type: 'fleet-failed', question: question.id })
  else send(world, process, { type: 'fleet-answered', question: question.id, answer: decided })
}

function decide(world: FleetWorld, process: ProcessModel, question: FleetQuestion): Answer {
  const isOffer = question.asks === 'offer'
  const [from, to] = isOffer ? [question.slot, question.slot] : [question.from, question.to]
  if (process.answered?.to === to) return process.answered.answer
  const isNew = to > world.lastSlot
  must(
    !isNew || from <= world.lastSlot + periodMs,
    'fleet',
    `no process has asked about a slot before ${from}`,
  )
  let decided: Answer
  if (!isOffer) decided = question.slots.filter((slot) => slot > world.lastSlot)
  else if (!isNew) decided = { verdict: 'known' }
  else if (world.entry) decided = { verdict: 'skipped', reason: 'overlap', first: true }
  else {
    decided = { verdict: 'accepted' }
    world.entry = { slot: to, attempt: 1, token: 0, holder: -1 }
  }
  if (isNew) world.lastSlot = to
  process.answered = { to, answer: decided }
  return decided
}

function assign(world: FleetWorld, process: ProcessModel, at: number): void {
  const { entry } = world
  if (entry === undefined) return
  world.tokens += 1
  const taken = { ...entry, token: world.tokens, holder: at }
  world.entry = taken
  const { slot, attempt } = entry
  const effects = send(world, process, { type: 'fleet-run', slot, attempt, requestId: 1, standby: false })
  const isRefused = effects.some((effect) => effect.do === 'refuse')
  must(isRefused !== effects.some((effect) => effect.do === 'call'), 'answers', 'a run has one answer')
  if (!isRefused) return
  world.tokens -= 1
  world.entry = entry
}

function lose(world: FleetWorld, process: ProcessModel): void {
  const { entry } = world
  if (entry === undefined) return
  world.faults -= 1
  for (const [id, run] of process.runs) if (run.token === entry.token) process.lost.push(id)
  release(world, entry)
}

function hearOfLoss(world: FleetWorld, process: ProcessModel): void {
  const run = process.lost.shift()
  if (run === undefined) return
  send(world, process, { type: 'abort', run, cause: 'lease-lost' })
  const after = taskOf(process).runs?.find(({ id }) => id === run)
  must(after === undefined || after.phase !== 'running', 'lease', 'a run whose lease is lost goes on')
}

function die(world: FleetWorld, process: ProcessModel, at: number): void {
  world.faults -= 1
  process.state = 'gone'
  if (world.entry?.holder === at) release(world, world.entry)
}

function stop(world: FleetWorld, process: ProcessModel): void {
  process.state = 'stopping'
  const deadline = world.now + ticks(3)
  const spec = { deadline, classGraceMs: ticks(1), reserveMs: ticks(1), flushMs: 0, drain: false }
  send(world, process, { type: 'stop', ...spec })
  send(world, process, { type: 'quiet' })
}
