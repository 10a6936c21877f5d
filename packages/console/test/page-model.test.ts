import { every, loop, manual, type Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ProcessView, Snapshot, TaskRow } from '../src/api/types.ts'
import { applyProcess, applyRows, applySnapshot, processView, tasks } from '../src/page/state/store.ts'
import { type Asked, askable } from './ask.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
  slowClock()
})
/** A value above 0 simulates a slow machine: each call of `performance.now()` takes this time. */
let readingTakesMs = 0

function slowClock(): void {
  const faked = performance.now.bind(performance)
  let spentMs = 0
  vi.spyOn(performance, 'now').mockImplementation(() => {
    spentMs += readingTakesMs
    return faked() + spentMs
  })
}
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const names = ['feeds.poll', 'mail.send', 'chat.gateway'] as const

type Step = readonly [what: keyof typeof steps, task: (typeof names)[number]]

class Follower {
  readonly #asked: Asked
  #cursor = ''
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined

  constructor(asked: Asked) {
    this.#asked = asked
  }

  async load(): Promise<void> {
    const snapshot = await this.#asked.read<Snapshot>('snapshot')
    this.#cursor = snapshot.cursor
    applySnapshot(snapshot)
  }

  async connect(): Promise<void> {
    if (this.#reader !== undefined) return
    const { body } = await this.#asked.ask(`events?types=none&after=${this.#cursor}`)
    this.#reader = body?.getReader() as ReadableStreamDefaultReader<Uint8Array>
    void this.#follow(this.#reader)
  }

  async disconnect(): Promise<void> {
    await this.#reader?.cancel()
    this.#reader = undefined
  }

  async #follow(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder()
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (this.#reader !== reader) return
      for (const text of decoder.decode(part.value).split('\n\n')) await this.#apply(text)
    }
  }

  async #apply(text: string): Promise<void> {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]
    const event = field('event')
    this.#cursor = field('id') ?? this.#cursor
    const data: unknown = JSON.parse(field('data') ?? 'null')
    if (event === 'rows') {
      const { rows, gone } = data as { rows: TaskRow[]; gone: string[] }
      applyRows(rows, gone)
    } else if (event === 'process') applyProcess(data as Partial<ProcessView>)
    else if (event === 'reset') await this.load()
  }
}

const steps = {
  run: ({ clock }: Asked) => clock.advance('7s'),
  wait: ({ clock }: Asked) => clock.advance('60s'),
  pause: ({ supervisor }: Asked, task: string) => supervisor.task(task)?.pause('for a while'),
  pauseUntil: ({ supervisor, clock }: Asked, task: string) =>
    supervisor.task(task)?.pause({ by: 'ana', until: clock.now() + 20_000 }),
  abort: ({ supervisor }: Asked, task: string) => void supervisor.task(task)?.abort({ by: 'ana' }),
  resume: ({ supervisor }: Asked, task: string) => supervisor.task(task)?.resume(),
  trigger: ({ supervisor }: Asked, task: string) => void supervisor.task(task)?.trigger(),
  restart: ({ supervisor }: Asked, task: string) => void supervisor.task(task)?.restart(),
  unregister: ({ supervisor }: Asked, task: string) => void supervisor.task(task)?.unregister(),
  register: ({ supervisor }: Asked, task: string) => register(supervisor, task),
  reschedule: ({ supervisor }: Asked, task: string) => {
    if (task === 'feeds.poll') supervisor.task(task)?.reschedule(every('3s'))
  },
  send: async () => {
    vi.advanceTimersByTime(100)
    await turn()
  },
  disconnect: (_: Asked, __: string, follower: Follower) => follower.disconnect(),
  connect: (_: Asked, __: string, follower: Follower) => follower.connect(),
  stop: ({ supervisor }: Asked) => void supervisor.stop(),
}

function register(supervisor: Supervisor, name: string): void {
  if (supervisor.task(name) !== undefined || supervisor.report().phase !== 'started') return
  let runs = 0
  const failing = (): void => {
    runs += 1
    if (runs % 3 > 0) throw new Error('refused')
  }
  if (name === 'feeds.poll') supervisor.register({ name, schedule: every('5s'), run: failing })
  else if (name === 'mail.send') supervisor.register({ name, schedule: manual(), run: failing })
  else supervisor.register({ name, schedule: loop(), run: ({ sleep }) => sleep('4s') })
}

const aStep = fc.tuple(
  fc.constantFrom(...(Object.keys(steps) as (keyof typeof steps)[]).filter((name) => name !== 'stop')),
  fc.constantFrom(...names),
)

it('the page shows the numbers of the report, whatever happens and however often it is disconnected', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(aStep, { minLength: 5, maxLength: 25 }),
      fc.boolean(),
      fc.boolean(),
      async (first, stops, isSlow) => {
        readingTakesMs = isSlow ? 4 : 0
        const clock = new VirtualClock({ settle: 'microtasks' })
        const asked = askable({ keepEvents: 100 }, { monitor: '10s', clock })
        const { supervisor } = asked
        const follower = new Follower(asked)
        await supervisor.start()
        for (const name of names) register(supervisor, name)
        await follower.load()
        await follower.connect()
        const all: readonly Step[] = stops ? [...first, ['stop', 'mail.send'], ['run', 'mail.send']] : first
        for (const [what, task] of all) await steps[what](asked, task, follower)
        await follower.connect()
        for (let times = 0; times < 30; times += 1) await steps.send()

        expect(shownByPage()).toEqual(reported(supervisor))
        await follower.disconnect()
        await asked.console.close()
      },
    ),
    { numRuns: 10 },
  )
})

function shownByPage(): object {
  const { phase, health, live, ready, observers, startedAt } = processView.value as ProcessView
  const rows = [...tasks.values()].sort(byName)
  return json({
    process: { phase, health, live, ready, observers, startedAt },
    tasks: rows.map((row) => ({
      name: row.name,
      schedule: row.schedule,
      state: row.state,
      paused: row.paused,
      pausedUntil: row.pausedUntil,
      lastSuccessAt: row.lastSuccessAt,
      lastFailureAt: row.lastFailureAt,
      nextRunAt: row.nextRunAt,
      nextRestartAt: row.nextRestartAt,
      health: row.health,
      since: row.healthSince,
      rules: row.reasons.map(({ rule, status }) => [rule, status]),
      runs: {
        started: row.started,
        succeeded: row.outcomes.succeeded,
        failed: row.outcomes.failed,
        timedOut: row.outcomes['timed-out'],
        cancelled: row.outcomes.cancelled,
        abandoned: row.outcomes.abandoned,
        skipped: row.skipped,
        missed: row.missed,
        restarts: row.restarts,
        active: row.active,
        consecutiveFailures: row.consecutiveFailures,
      },
    })),
  })
}

function reported(supervisor: Supervisor): object {
  const { phase, health, live, ready, observers, startedAt, tasks: reports } = supervisor.report()
  return json({
    process: { phase, health, live, ready, observers, startedAt },
    tasks: [...reports].sort(byName).map((task) => ({
      name: task.name,
      schedule: task.schedule,
      state: task.state,
      paused: task.paused,
      pausedUntil: task.pausedUntil,
      lastSuccessAt: task.lastSuccessAt,
      lastFailureAt: task.lastFailureAt,
      nextRunAt: task.nextRunAt,
      nextRestartAt: task.nextRestartAt,
      health: task.health.status,
      since: task.health.since,
      rules: task.health.reasons.slice(0, 3).map(({ rule, status }) => [rule, status]),
      runs: task.runs,
    })),
  })
}

function byName(one: { name: string }, other: { name: string }): number {
  return one.name.localeCompare(other.name)
}

function json(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object
}
