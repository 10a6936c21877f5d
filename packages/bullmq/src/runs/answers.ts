import { setTimeout as sleep } from 'node:timers/promises'
import type { FleetHost, FleetResult, FleetTask } from '@runwell/core/adapter'
import type { Job } from 'bullmq'
import type { Records } from '../records/records.ts'
import type { Connection } from '../store/connection.ts'
import { attemptOf, type JobData, keyOf, promotedId } from '../store/job-data.ts'
import type { StoreClock } from '../store/store-clock.ts'
import type { Attempts } from './attempts.ts'
import type { Lease, Leases } from './leases.ts'
import type { Offers } from './offers.ts'
import type { Rest } from './rest.ts'

/** Time before this process gives back a job that its supervisor refused to run. */
const pauseMs = 200
/** After this process has given back a job, it claims no jobs for this time. So another process can claim the job. */
const restMs = 100
/** Time between two tries to start a waiting job. */
const holdMs = 50
/**
 * After this many lost attempts, a job is dropped. A run that kills its process must not be repeated forever.
 * Attempts that a stopping process has given back do not count.
 */
const maxAttempts = 5
/** The fencing token of a run is the `order` of its job × this number + the attempt. */
const attemptsPerToken = 1_000

export type Answer =
  | { readonly result: FleetResult }
  | { readonly promoted: string }
  | { readonly dropped: string }

export class GivenBack extends Error {}

export interface AnswerParts {
  readonly connection: Connection
  readonly host: FleetHost
  readonly records: Records
  readonly leases: Leases
  readonly attempts: Attempts
  readonly offers: Offers
  readonly storeClock: StoreClock
  /** The tasks that this process defines. */
  readonly tasks: ReadonlyMap<string, FleetTask>
  readonly rest: Rest
}

/** Decides what becomes of a claimed job: it is run, waits, is dropped, or is given back to the queue. */
export class Answers {
  readonly #parts: AnswerParts

  constructor(parts: AnswerParts) {
    this.#parts = parts
  }

  async answer(job: Job<JobData>, lease: Lease): Promise<Answer> {
    const { data, name } = job
    // The lease may have ended already, if this process was blocked after it claimed the job.
    this.#parts.leases.began(
      lease,
      this.#parts.host.clock.now() - (job.processedOn ?? Number.POSITIVE_INFINITY),
    )
    await this.#parts.leases.confirm(lease)
    if (lease.isLost) throw new Error('The lease is lost')
    if (data.kind === 'told') return { dropped: 'told' }
    const definition = this.#parts.tasks.get(name)
    if (definition === undefined) return this.#unknown(job, lease)
    return data.kind === 'held' ? this.#held(job, lease, definition) : this.#run(job, lease)
  }

  async #run(job: Job<JobData>, lease: Lease): Promise<Answer> {
    const { data, name: task } = job
    const { records } = this.#parts
    const attempt = attemptOf(job)
    if (attempt === 1 && this.#isLate(data)) return this.#drop(job, 'missed')
    if (records.copy.isPaused(task)) return this.#drop(job, 'paused')
    const before = attempt === 1 ? undefined : await this.#endedBefore(task, lease.id, data)
    if (before !== undefined) return before
    if (job.stalledCounter >= maxAttempts) return this.#drop(job, 'missed')
    const earlier =
      attempt === 1 ? undefined : await this.#parts.attempts.earlier(task, lease.id, data, attempt)
    const running = this.#parts.host.run({
      task,
      slot: data.slot,
      attempt,
      token: data.order * attemptsPerToken + attempt,
      input: data.input,
      carrier: data.carrier,
      requestedBy: data.by,
      earlier,
    })
    lease.running = running
    this.#parts.attempts.watch(lease, attempt, data.slot)
    this.replaceOld(task)
    const result = await running.result
    if (lease.isLost) throw new Error('The lease is lost')
    if (!result.started) {
      // Reads whether the task is paused in the whole fleet. If only this process has paused the task, another
      // process can run the slot.
      if (result.reason === 'paused') await records.readParts(task)
      if (result.reason === 'paused' && records.copy.isPaused(task)) return this.#drop(job, 'paused')
      return this.#refused(job, lease, result)
    }
    if (result.isStopping === true) {
      this.#parts.rest.end()
      const ended = running.attempt()
      const left = ended && [...(data.left ?? []), { ...ended, endedAt: result.endedAt }]
      await job.updateData({ ...data, givenBack: (data.givenBack ?? 0) + 1, left })
      return this.giveBack(job, lease)
    }
    this.#ended(lease, data.slot, attempt, result)
    return { result }
  }

  /** Aborts runs of this process that a newer slot or request replaces. */
  replaceOld(task: string): void {
    const before = this.#parts.records.copy.number(task, 'replaced')
    if (before === undefined) return
    for (const lease of this.#parts.leases.of(task)) if (lease.order < before) lease.running?.replace()
  }

  /** Waits until the job can run. A job with `data.waits` is dropped only if its task is paused. */
  async #held(job: Job<JobData>, lease: Lease, definition: FleetTask): Promise<Answer> {
    const { data, name: task } = job
    const { overlap } = definition
    if (data.waits !== true && (overlap === 'skip' || overlap === 'parallel'))
      return this.#drop(job, 'overlap')
    const id = promotedId(lease.id)
    while (!lease.isLost) {
      if (this.#parts.rest.isOver) return this.giveBack(job, lease)
      const newest = await this.#newestWaiting(task)
      if (data.waits !== true && newest !== undefined && newest > data.order)
        return this.#drop(job, 'replaced')
      if (this.#parts.records.copy.isPaused(task)) return this.#drop(job, 'paused')
      const until = data.until === undefined ? undefined : this.#longerUntil(data.until, definition)
      if (data.waits === true && !(await this.#isNext(job).catch(() => false))) {
        await sleep(holdMs)
        continue
      }
      const isPromoted = await this.#parts.offers
        .addIfFree(definition, id, { ...data, kind: 'run', until })
        .catch(() => false)
      if (isPromoted) return { promoted: id }
      await sleep(holdMs)
    }
    throw new Error('The lease is lost')
  }

  /** True if no older slot or request of the task waits in the fleet. */
  async #isNext({ name, data }: Job<JobData>): Promise<boolean> {
    const jobs = await this.#parts.connection.ask(({ queue }) => queue.getJobs(['active', 'waiting']))
    return !jobs.some((job) => job?.name === name && job.data.kind === 'held' && job.data.order < data.order)
  }

  async #newestWaiting(task: string): Promise<number | undefined> {
    await this.#parts.records.readParts(task).catch(() => {})
    return this.#parts.records.copy.number(task, 'waiting')
  }

  /**
   * Drops the job if no process has defined its task. If another process has defined the task, gives the job back.
   */
  async #unknown(job: Job<JobData>, lease: Lease): Promise<Answer> {
    const { name: task, data } = job
    // Also asks the store, because another process may have defined the task just now.
    const isKnown =
      this.#parts.records.copy.isDefined(task) || (await this.#parts.records.hasDefinition(task, data.by))
    if (!isKnown && !this.#parts.tasks.has(task)) return { dropped: 'unknown' }
    this.#parts.rest.pause(restMs)
    return this.giveBack(job, lease)
  }

  async #refused(job: Job<JobData>, lease: Lease, result: FleetResult & { started: false }): Promise<Answer> {
    const { data } = job
    if (result.reason === 'stopping') this.#parts.rest.end()
    await sleep(pauseMs)
    if (!this.#isLate(data)) {
      this.#parts.rest.pause(restMs)
      return this.giveBack(job, lease)
    }
    if (data.slot !== undefined) this.#parts.host.drop(job.name, [data.slot], 'missed')
    return { result }
  }

  /** Gives the job back to the queue, so that another process can claim it. Always rejects. */
  async giveBack(job: Job<JobData>, lease: Lease): Promise<never> {
    await job.moveToWait(lease.token)
    throw new GivenBack()
  }

  #drop(job: Job<JobData>, reason: 'missed' | 'overlap' | 'paused' | 'replaced'): Answer {
    const { slot } = job.data
    if (slot === undefined)
      return { result: { started: false, reason: reason === 'missed' ? 'host' : reason } }
    this.#parts.host.drop(job.name, [slot], reason)
    return { dropped: reason }
  }

  /** Returns an answer if an earlier attempt has ended the run, but has not finished the job. */
  async #endedBefore(task: string, id: string, { slot }: JobData): Promise<Answer | undefined> {
    const ended = await this.#parts.records.readEnded(task, slot, keyOf(id))
    if (ended === undefined) return undefined
    if (slot !== undefined) return { dropped: 'ended before' }
    const { instanceId, runId, outcome, startedAt, endedAt } = ended
    return { result: { started: true, instanceId, runId, outcome, startedAt, endedAt } }
  }

  #ended(
    { task, id }: Lease,
    slot: number | undefined,
    attempt: number,
    result: FleetResult & { started: true },
  ): void {
    const { instanceId, runId, outcome, startedAt, endedAt } = result
    const request = slot === undefined ? keyOf(id) : undefined
    const run = JSON.stringify({ instanceId, runId, outcome, startedAt, endedAt, slot, attempt, request })
    const part = outcome === 'succeeded' ? 'lastSuccess' : 'lastOther'
    this.#parts.records.change(task, { [part]: `${endedAt} ${run}` })
  }

  /**
   * A slot or request that has waited for another run may start until `catchUpMs` from now, even if `until` is
   * earlier. The result is finite, because JSON has no infinity.
   */
  #longerUntil(until: number, { catchUpMs }: FleetTask): number {
    return Math.max(until, Math.min(this.#now() + catchUpMs, Number.MAX_SAFE_INTEGER))
  }

  #isLate({ until }: JobData): boolean {
    return until !== undefined && this.#now() > until
  }

  #now(): number {
    return this.#parts.storeClock.now()
  }
}
