import { overrulingDefinition, ownSlotsFrom } from '../fleet/definition.ts'
import type { FleetRecord } from '../fleet/fleet.ts'
import { emit, taskPart } from './emit.ts'
import type { definitionOf } from './fleet-definition.ts'
import { lastRunFrom, runningAttempts } from './fleet-reading.ts'
import { noteSuccess, noteSuccessSlot } from './fleet-success.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { SlotFeed } from './slot-feed.ts'
import type { TaskRecord } from './task-record.ts'

const longestWaitMs = 60_000

interface Known {
  readonly record: FleetRecord
  /** The newer definition of another process, which counts instead of the definition of this process. */
  readonly newer: NonNullable<FleetRecord['members']>[number] | undefined
  /** The checked form of `record.lastRun`. */
  readonly lastRun: FleetRecord['lastRun']
}

export class FleetKnown {
  readonly #kernelLoop: KernelLoop
  readonly #slots: SlotFeed
  readonly #instanceId: string
  readonly #definitionOf: (record: TaskRecord) => ReturnType<typeof definitionOf>
  readonly #known = new Map<string, Known>()
  readonly #planned = new WeakSet<TaskRecord>()

  constructor(
    kernelLoop: KernelLoop,
    slots: SlotFeed,
    instanceId: string,
    ownDefinition: (record: TaskRecord) => ReturnType<typeof definitionOf>,
  ) {
    this.#kernelLoop = kernelLoop
    this.#slots = slots
    this.#instanceId = instanceId
    this.#definitionOf = ownDefinition
  }

  of(task: string): FleetRecord | undefined {
    return this.#known.get(task)?.record
  }

  lastRunOf(task: string): FleetRecord['lastRun'] {
    return this.#known.get(task)?.lastRun
  }

  forget(task: string): void {
    this.#known.delete(task)
  }

  /** Stores the new `FleetRecord` of the task and returns the previous one. */
  take(record: TaskRecord, known: FleetRecord): FleetRecord | undefined {
    const task = record.info.name
    const before = this.#known.get(task)
    const former = before?.record
    const newer = this.#newerThanOwn(record, known, before)
    const isOverruled = newer !== undefined
    const lastRun = lastRunFrom(known.lastRun)
    this.#known.set(task, { record: known, newer, lastRun })
    if (isOverruled) record.clearUnmet()
    // Compares the definitions, not the processes: it does not matter which process has the newer definition.
    if (newer?.fingerprint !== before?.newer?.fingerprint) this.#reportOverruled(record, newer)
    const { lastSlot = Number.NEGATIVE_INFINITY, lastSuccessAt } = known
    this.#noteRuns(record, known, lastRun)
    this.#slots.passDecided(record, lastSlot, waitOf(known))
    // The kernel does not learn of every `FleetRecord`, because a kernel step for each of them would cost too much.
    if (
      before === undefined ||
      isOverruled !== (before.newer !== undefined) ||
      matters(record, isOverruled)
    ) {
      const isBack = !isOverruled && record.state.fleet?.isOverruled === true
      const ownFrom = isBack
        ? ownSlotsFrom(former, known, this.#definitionOf(record))
        : Number.NEGATIVE_INFINITY
      this.#kernelLoop.dispatch({ type: 'fleet-known', task, lastSlot, isOverruled, ownFrom })
    }
    if (lastSuccessAt !== undefined && lastSuccessAt > (former?.lastSuccessAt ?? 0))
      noteSuccess(this.#kernelLoop, record, lastSuccessAt)
    return former
  }

  #noteRuns(record: TaskRecord, { running }: FleetRecord, lastRun: FleetRecord['lastRun']): void {
    const starts = runningAttempts(running, this.#kernelLoop.now().wall)
      .filter((run) => run.instanceId !== this.#instanceId)
      .map(({ startedAt }) => startedAt)
    const since = starts.length === 0 ? undefined : Math.min(...starts)
    if (record.readonlyExtras.runsElsewhereSince !== since) record.extras.runsElsewhereSince = since
    if (lastRun?.outcome !== 'succeeded') return
    const { slot, startedAt, endedAt } = lastRun
    if (slot !== undefined) noteSuccessSlot(record, slot)
    const { extras } = record
    extras.longestElsewhereMs = Math.max(extras.longestElsewhereMs, endedAt - startedAt)
  }

  #newerThanOwn(record: TaskRecord, { members }: FleetRecord, before: Known | undefined): Known['newer'] {
    if (before !== undefined && members === before.record.members) return before.newer
    return overrulingDefinition(members, this.#definitionOf(record))
  }

  #reportOverruled(record: TaskRecord, newer: Known['newer']): void {
    const overruledBy = newer && {
      instanceId: newer.instanceId,
      version: newer.version,
      schedule: newer.schedule,
    }
    const part = taskPart(record, this.#kernelLoop.now())
    emit(this.#kernelLoop, record, { type: 'task.overruled', ...part, overruledBy })
  }

  /**
   * Plans the first slot as soon as the fleet has reported the newest decided slot.
   * @returns false if the task has no fleet or if the first slot was already planned
   */
  plansFirst(record: TaskRecord): boolean {
    if (record.state.fleet === undefined || this.#planned.has(record)) return false
    const known = this.of(record.info.name)
    if (known && record.isRegistered && record.state.mode !== 'registered') {
      this.#planned.add(record)
      const { lastSlot, lastSchedule = record.info.schedule.text } = known
      const isOfSchedule = lastSchedule === record.info.schedule.text
      this.#slots.planFleet(record, isOfSchedule ? lastSlot : undefined)
    }
    return true
  }
}

function matters({ state: { fleet } }: TaskRecord, isOverruled: boolean): boolean {
  return fleet !== undefined && (fleet.open.length > 0 || fleet.isOverruled !== isOverruled)
}

function waitOf({ offersAfterMs = 0 }: FleetRecord): number {
  return offersAfterMs > 0 ? Math.min(offersAfterMs, longestWaitMs) : 0
}
