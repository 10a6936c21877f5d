import { type ExternalTask, loop, Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { askDatabase } from '../src/pg-boss/database.ts'

interface Question {
  readonly at: number
  readonly answer: () => void
  readonly fail: (error: Error) => void
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Once `isLost` is set, the database does not answer. A test answers the questions in `lost` instead. */
class World {
  readonly lost: Question[] = []
  isLost = false
  readonly #clock = new VirtualClock()
  readonly #supervisor = new Supervisor({ clock: this.#clock, observers: [] })
  readonly #executeSql = async (): Promise<void> => {
    if (!this.isLost) return
    await new Promise<void>((answer, fail) => this.lost.push({ at: this.#clock.now(), answer, fail }))
  }
  readonly task: ExternalTask = this.#supervisor.external({
    name: 'pg-boss',
    expects: loop(),
    health: {
      add: [
        askDatabase(
          { getDb: () => ({ opened: true, executeSql: this.#executeSql }) } as never,
          () => this.task,
        ),
      ],
    },
  })

  static async start(): Promise<World> {
    const world = new World()
    await world.#supervisor.start()
    world.task.up()
    await world.pass(60_000)
    expect(world.task.health().status).toBe('healthy')
    return world
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1_000) {
      await this.#clock.advance(1_000)
      await vi.advanceTimersByTimeAsync(1_000)
    }
  }
}

it('a database of pg-boss that does not answer is down until it answers', async () => {
  const world = await World.start()
  const { task, lost } = world

  world.isLost = true
  await world.pass(60_000)
  expect(task.health().status).not.toBe('healthy')
  expect(task.metrics().lastError?.message).toBe('the database has not answered for 10 s')

  world.isLost = false
  for (const { answer } of lost) answer()
  await world.pass(60_000)
  expect(task.health().status).toBe('healthy')
})

it('a database of pg-boss is asked again after a question that never gets an answer', async () => {
  const world = await World.start()
  world.isLost = true
  await world.pass(10_000)
  expect(world.lost).toHaveLength(1)

  world.isLost = false
  await world.pass(5 * 60_000)

  expect(world.task.health().status).toBe('healthy')
})

it('a database of pg-boss that never answers is asked at growing intervals, since each question may hold a connection', async () => {
  const world = await World.start()
  world.isLost = true
  await world.pass(30 * 60_000)

  const seconds = world.lost.map(
    ({ at }, index) => 10 * Math.round((at - (world.lost[index - 1]?.at ?? at)) / 10_000),
  )
  // 10 s without an answer, then a pause of 10, 20, 40, 80 and 160 s, then of 5 min.
  expect(seconds).toEqual([0, 20, 30, 50, 90, 170, 310, 310, 310, 310])
})

it('a database of pg-boss that answers again is asked every 10 s again', async () => {
  const world = await World.start()
  world.isLost = true
  await world.pass(60_000)
  world.lost.at(-1)?.answer()
  await world.pass(20_000)
  const [before, after] = world.lost.slice(-2).map(({ at }) => at)

  expect(world.lost).toHaveLength(4)
  expect(Number(after) - Number(before)).toBeLessThanOrEqual(20_000)
})

it('a late answer of pg-boss counts only if its question is the newest', async () => {
  const world = await World.start()
  const { task, lost } = world
  world.isLost = true
  await world.pass(60_000)
  expect(lost).toHaveLength(3)

  lost[0]?.answer()
  lost[1]?.fail(new Error('the first connection ended'))
  await world.pass(1_000)
  expect(task.state).toBe('waiting')
  expect(task.metrics().lastError?.message).toBe('the database has not answered for 10 s')

  lost[2]?.answer()
  await world.pass(1_000)
  expect(task.state).toBe('running')
})
