import { setTimeout as sleep } from 'node:timers/promises'
import type { FleetHost, FleetResult, FleetTask } from '@runwell/core/adapter'
import type { Job } from 'bullmq'
import type { Records } from '../records/records.ts'
import type { Connection } from '../store/connection.ts'
import { attemptOf, type JobData, promotedId } from '../store/job-data.ts'
import type { StoreClock } from '../store/store-clock.ts'
import type { Attempts } from './attempts.ts'
import type { Lease, Leases } from './leases.ts'
import type { Offers } from './offers.ts'

/** How long a job stays here before another process may have it. */
const pauseMs = 200
/** How long this process claims nothing after it has given a job back, so that others are the first to claim it. */
const restMs = 100
/** How often a job that waits for the end of a run checks whether there is a place. */
const holdMs = 50
/** How often a run is started at most. If the run itself kills its processes, more attempts do not help. */
const maxAttempts = 5
/** A token has room for this number of attempts of one slot. */
const attemptsPerToken = 1_000

/** The return value of a finished job. */
export type Answer =
  | { readonly result: FleetResult }
  | { readonly promoted: string }
  | { readonly dropped: string }

/** The job waits for another process. */
class GivenBack extends Error {}

/** Works on the jobs that this process has claimed. */
export class Claims {
  readonly #connection: Connection
  readonly #host: FleetHost
  readonly #records: Records
  readonly #leases: Leases
  readonly #attempts: Attempts
  readonly #offers: Offers
  readonly #tasks: ReadonlyMap<string, FleetTask>
  readonly #storeClock: StoreClock
  #isClosing = false
  /** Claims nothing until this is over. */
  #isSuspended = false
  #resting: NodeJS.Timeout | undefined

  constructor(
    connection: Connection,
    host: FleetHost,
    records: Records,
    leases: Leases,
    attempts: Attempts,
    offers: Offers,
    tasks: ReadonlyMap<string, FleetTask>,
    storeClock: StoreClock,
  ) {
    this.#connection = connection
    this.#host = host
    this.#records = records
    this.#leases = leases
    this.#attempts = attempts
    this.#offers = offers
    this.#tasks = tasks
    this.#storeClock = storeClock
  }

  /** Gives back the jobs that wait here. */
  close(): void {
    this.#isClosing = true
    clearTimeout(this.#resting)
  }

  /** Claims nothing from now on, or again. */
  suspend(isSuspended: boolean): void {
    if (isSuspended === this.#isSuspended) return
    this.#isSuspended = isSuspended
    this.#rest(0)
  }

  /**
   * Works on a claimed job until the store has its result, or another process has the job. Then BullMQ has nothing left
   * to do.
   */
  async work(job: Job<JobData>, token: string): Promise<never> {
    const { data, name: task } = job
    const lease = this.#leases.hold({ id: String(job.id), token, task, order: data.order })
    try {
      // A worker that waited for a job when it was paused still claims one.
      const isResting = this.#isClosing || this.#connection.store?.worker.isPaused() === true
      const answer = isResting ? await this.#giveBack(job, lease) : await this.#answer(job, lease)
      lease.running = undefined
      await this.#untilKnown(lease, () => job.moveToCompleted(answer, token, false))
      this.#attempts.finished(lease, attemptOf(job))
    } catch (error) {
      // A job that fails would be over for BullMQ, and its slot lost.
      if (!(error instanceof GivenBack)) await this.#untilKnown(lease, () => job.moveToWait(token))
    } finally {
      this.#leases.release(lease)
      this.#attempts.release(lease)
    }
    throw this.#connection.store?.givenBack() ?? new GivenBack()
  }

  /**
   * Sends the result of a job to the store, again and again until the store has confirmed it or the lease is lost. If
   * PostgreSQL is down, BullMQ itself tries only once, and the job would stay claimed forever.
   */
  async #untilKnown(lease: Lease, tell: () => Promise<unknown>): Promise<void> {
    while (!lease.isLost) {
      try {
        await this.#connection.inTime(tell())
        return
      } catch (error) {
        if (this.#isClosing || isRefusal(error)) return
        await sleep(pauseMs)
      }
    }
  }

  async #answer(job: Job<JobData>, lease: Lease): Promise<Answer> {
    const { data, name } = job
    if (data.kind === 'told') return { dropped: 'told' }
    const definition = this.#tasks.get(name)
    if (definition === undefined) return this.#unknown(job, lease)
    return data.kind === 'held' ? this.#held(job, lease, definition) : this.#run(job, lease)
  }

  async #run(job: Job<JobData>, lease: Lease): Promise<Answer> {
    const { data, name: task } = job
    const attempt = attemptOf(job)
    if (attempt === 1 && this.#isLate(data)) return this.#drop(job, 'missed')
    if (this.#records.isPaused(task)) return this.#drop(job, 'paused')
    const before = attempt === 1 ? undefined : await this.#endedBefore(task, data)
    if (before !== undefined) return before
    if (attempt > maxAttempts) return this.#drop(job, 'missed')
    const earlier = attempt === 1 ? undefined : await this.#attempts.earlier(task, lease.id, data, attempt)
    const running = this.#host.run({
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
    this.#attempts.watch(lease, attempt, data.slot)
    this.replaceOld(task)
    const result = await running.result
    if (lease.isLost) throw new Error('The lease is lost')
    if (!result.started) {
      // A process in which only the task is paused leaves the slot to others.
      if (result.reason === 'paused' && (await this.#isPaused(task))) return this.#drop(job, 'paused')
      return this.#refused(job, lease, result)
    }
    if (result.isStopping === true) {
      this.#rest()
      const ended = running.attempt()
      const left = ended && [...(data.left ?? []), { ...ended, endedAt: result.endedAt }]
      await job.updateData({ ...data, givenBack: (data.givenBack ?? 0) + 1, left })
      return this.#giveBack(job, lease)
    }
    this.#ended(task, data.slot, attempt, result)
    return { result }
  }

  /** Replaces the runs that a newer slot or request has replaced. */
  replaceOld(task: string): void {
    const before = this.#records.number(task, 'replaced')
    if (before === undefined) return
    for (const lease of this.#leases.of(task)) if (lease.order < before) lease.running?.replace()
  }

  /** A slot or request that came during a live run: refused, or waits until there is a place. The newest one waits. */
  async #held(job: Job<JobData>, lease: Lease, definition: FleetTask): Promise<Answer> {
    const { data, name: task } = job
    const { overlap } = definition
    if (data.waits !== true && (overlap === 'skip' || overlap === 'parallel'))
      return this.#drop(job, 'overlap')
    const id = promotedId(lease.id)
    while (!lease.isLost) {
      if (this.#isClosing) return this.#giveBack(job, lease)
      const newest = await this.#newestWaiting(task)
      if (data.waits !== true && newest !== undefined && newest > data.order)
        return this.#drop(job, 'replaced')
      if (this.#records.isPaused(task)) return this.#drop(job, 'paused')
      const until =
        data.until === undefined ? undefined : Math.max(data.until, this.#now() + definition.catchUpMs)
      if (data.waits === true && !(await this.#isNext(job).catch(() => false))) {
        await sleep(holdMs)
        continue
      }
      const isPromoted = await this.#offers
        .addIfFree(definition, id, { ...data, kind: 'run', until })
        .catch(() => false)
      if (isPromoted) return { promoted: id }
      await sleep(holdMs)
    }
    throw new Error('The lease is lost')
  }

  /** Whether no older slot of the task waits, here or elsewhere. */
  async #isNext({ name, data }: Job<JobData>): Promise<boolean> {
    const jobs = await this.#connection.ask(({ queue }) => queue.getJobs(['active', 'waiting']))
    return !jobs.some((job) => job?.name === name && job.data.kind === 'held' && job.data.order < data.order)
  }

  async #isPaused(task: string): Promise<boolean> {
    await this.#records.fresh(task)
    return this.#records.isPaused(task)
  }

  async #newestWaiting(task: string): Promise<number | undefined> {
    await this.#records.fresh(task).catch(() => {})
    return this.#records.number(task, 'waiting')
  }

  /** This process does not know the task. If no other process knows it either, the job is dropped. */
  async #unknown(job: Job<JobData>, lease: Lease): Promise<Answer> {
    const { name: task, data } = job
    // Others learn of a process that has just started only with their next read.
    const isKnown = this.#records.isDefined(task) || (await this.#records.hasDefinition(task, data.by))
    if (!isKnown && !this.#tasks.has(task)) return { dropped: 'unknown' }
    this.#rest(restMs)
    return this.#giveBack(job, lease)
  }

  /** This process can't run it now. Another one may, as long as there is time. */
  async #refused(job: Job<JobData>, lease: Lease, result: FleetResult & { started: false }): Promise<Answer> {
    const { data } = job
    if (result.reason === 'stopping') this.#rest()
    await sleep(pauseMs)
    if (!this.#isLate(data)) {
      this.#rest(restMs)
      return this.#giveBack(job, lease)
    }
    if (data.slot !== undefined) this.#host.drop(job.name, [data.slot], 'missed')
    return { result }
  }

  async #giveBack(job: Job<JobData>, lease: Lease): Promise<never> {
    await job.moveToWait(lease.token)
    throw new GivenBack()
  }

  /** Claims nothing for `ms`, or never again. Otherwise a worker that gives a job back would be the first to claim it. */
  #rest(ms?: number): void {
    const worker = this.#connection.store?.worker
    if (worker === undefined) return
    void worker.pause(true).catch(() => {})
    clearTimeout(this.#resting)
    if (ms === undefined) this.#isClosing = true
    if (this.#isClosing || this.#isSuspended) return
    this.#resting = setTimeout(() => void worker.resume(), ms)
  }

  #drop(job: Job<JobData>, reason: 'missed' | 'overlap' | 'paused' | 'replaced'): Answer {
    const { slot } = job.data
    if (slot === undefined)
      return { result: { started: false, reason: reason === 'missed' ? 'host' : reason } }
    this.#host.drop(job.name, [slot], reason)
    return { dropped: reason }
  }

  /** The process that had the slot may have ended it, and died or lost the store before the job was finished. */
  async #endedBefore(task: string, data: JobData): Promise<Answer | undefined> {
    if (data.slot === undefined) return undefined
    const { lastRun } = await this.#records.fresh(task)
    return lastRun?.slot === data.slot ? { dropped: 'ended before' } : undefined
  }

  #ended(
    task: string,
    slot: number | undefined,
    attempt: number,
    result: FleetResult & { started: true },
  ): void {
    const { instanceId, runId, outcome, startedAt, endedAt } = result
    this.#records.change(task, {
      lastRun: JSON.stringify({ instanceId, runId, outcome, startedAt, endedAt, slot, attempt }),
      ...(outcome === 'succeeded' ? { lastSuccessAt: String(endedAt) } : {}),
    })
  }

  #isLate({ until }: JobData): boolean {
    return until !== undefined && this.#now() > until
  }

  #now(): number {
    return this.#storeClock.now()
  }
}

/** The store answers that this process no longer has the job: it has ended, or another process has claimed it. */
function isRefusal(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'number' && code < 0
}
