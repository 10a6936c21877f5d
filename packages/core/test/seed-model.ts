import { VirtualClock } from '../src/testing/index.ts'
import { Loop, lateMs, Strand } from './seed-loop.ts'
import type { AddOptions, Body, Known, Subject } from './seed-subject.ts'

const secondMs = 1_000

interface KnownLoop {
  readonly loop: Loop
  readonly owner: string
  startedAt: number
  restarts: number
  lastRestart: number | undefined
  errors: number
}

/** A model of the task manager that preceded Runwell, with the defects of that task manager. */
export class SeedModel implements Subject {
  readonly clock = new VirtualClock()
  readonly reported: string[] = []
  /** Contains all loops, unlike `#records`, which contains only the loops that were added before the start. */
  readonly #loops = new Map<string, Loop>()
  readonly #records = new Map<string, KnownLoop>()
  readonly #spawned: Strand[] = []
  readonly #broken = new Set<string>()
  #isStarted = false
  #lastCheck = 0

  #now(): number {
    return this.clock.now() / secondMs
  }

  add(name: string, body: Body, options: AddOptions = {}): void {
    const loop = new Loop(name, this.clock, body, options)
    this.#loops.set(name, loop)
    loop.start()
    if (this.#isStarted) return
    const record = {
      loop,
      owner: loop.owner,
      startedAt: this.#now(),
      restarts: 0,
      lastRestart: undefined,
      errors: 0,
    }
    this.#records.set(name, record)
  }

  spawn(name: string, body: Body): void {
    const strand = new Strand(name, this.clock)
    strand.begin(async () => void (await body({ sleep: strand.sleep })))
    this.#spawned.push(strand)
  }

  main(body: Body): void {
    this.spawn('main', body)
  }

  instrument<Result>(name: string, fn: () => Result): () => Result {
    return () => {
      this.reported.push(`task.run ${name}`)
      return fn()
    }
  }

  async start(): Promise<void> {
    this.#isStarted = true
    this.#lastCheck = 0
    const monitor = new Loop('monitor', this.clock, () => this.#tick(), { everyMs: 60 * secondMs + lateMs })
    this.#loops.set('monitor', monitor)
    monitor.start()
  }

  async #tick(): Promise<void> {
    const unknown = this.#spawned.filter((strand) => !strand.isDone && categoryOf(strand.name) === 'UNKNOWN')
    if (unknown.length > 0) this.reported.push(`uncategorized: ${unknown.map(({ name }) => name).join()}`)
    const now = this.#now()
    if (now - this.#lastCheck <= 300) return
    try {
      await this.#check()
      this.#lastCheck = now
    } catch {
      this.reported.push('the check failed')
    }
  }

  async #check(): Promise<void> {
    const unhealthy: string[] = []
    for (const [name, { loop }] of this.#records) {
      if (this.#broken.has(name)) throw new Error('the check fails')
      if (!loop.isRunning || !this.#isHealthy(name)) unhealthy.push(name)
    }
    await new Promise<void>((resolve) => void this.clock.timer(resolve, 10 * lateMs))
    for (const name of unhealthy) this.#restart(name)
  }

  #isHealthy(name: string): boolean {
    const record = this.#records.get(name)
    if (!record) return true
    const { startedAt, errors, restarts, lastRestart } = record
    const uptime = this.#now() - startedAt
    const errorRate = uptime > 0 ? errors / Math.max(uptime / 3_600, 0.1) : 0
    return errorRate < 10 && restarts < 3 && (lastRestart === undefined || this.#now() - lastRestart > 300)
  }

  #restart(name: string): boolean {
    const record = this.#records.get(name)
    const now = this.#now()
    if (!record) return false
    if (record.restarts >= 5) {
      this.reported.push('exceeded max restarts')
      return false
    }
    if (record.lastRestart !== undefined && now - record.lastRestart < 30) return false
    record.loop.restart()
    record.restarts += 1
    record.lastRestart = now
    record.startedAt = now
    return true
  }

  async restart(name: string): Promise<boolean> {
    return this.#restart(name)
  }

  cancel(name: string): void {
    this.#loops.get(name)?.cancel()
  }

  halt(name: string): void {
    this.#loops.get(name)?.stop()
  }

  proceed(name: string): void {
    this.#loops.get(name)?.start()
  }

  async removeOwner(owner: string): Promise<void> {
    for (const [name, record] of this.#records) if (record.owner === owner) this.#records.delete(name)
  }

  async shutDown(): Promise<void> {
    for (const loop of this.#loops.values()) loop.stop()
    const all = [...this.#spawned, ...this.#loops.values()].filter(({ isDone }) => !isDone)
    for (const category of ['UNKNOWN', 'COMMAND', 'SYSTEM', 'SCHEDULED', 'GATEWAY']) {
      const ending = all.filter(({ name }) => this.#categoryOf(name) === category)
      for (const strand of ending) strand.cancel()
      await Promise.all(ending.map(({ ended }) => ended))
    }
  }

  #categoryOf(name: string): string {
    return this.#records.has(name) ? 'SCHEDULED' : categoryOf(name)
  }

  /** The real signal handler threw an error, so the runtime cancelled everything immediately. */
  signal(): void {
    for (const strand of [...this.#spawned, ...this.#loops.values()]) strand.cancel()
    void this.shutDown()
  }

  breakCheck(name: string): void {
    this.#broken.add(name)
  }

  recordError(name: string): void {
    const record = this.#records.get(name)
    if (record) record.errors += 1
  }

  read(name: string): Known {
    const record = this.#records.get(name)
    const loop = this.#loops.get(name)
    return {
      runs: loop?.runs ?? 0,
      errors: record?.errors ?? 0,
      restarts: record?.restarts ?? 0,
      averageMs: 0,
      isHealthy: this.#isHealthy(name),
      isRunning: loop?.isRunning ?? this.#spawned.some((strand) => strand.name === name && !strand.isDone),
    }
  }

  categories(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const { name } of this.#spawned) {
      const category = this.#categoryOf(name).toLowerCase()
      counts[category] = (counts[category] ?? 0) + 1
    }
    return counts
  }

  attributes(): readonly string[] {
    return ['status', 'duration_ms', 'error', 'traceback']
  }
}

function categoryOf(name: string): string {
  if (name.startsWith('Task-')) return 'SYSTEM'
  if (name.startsWith('discord-gateway-')) return 'GATEWAY'
  return name.toLowerCase().includes('command_') ? 'COMMAND' : 'UNKNOWN'
}
