import { EventEmitter } from 'node:events'
import type { ExternalTask, Judgement, TaskFacts } from '@runwell/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Backlog } from '../src/bullmq/backlog.ts'
import { Connection } from '../src/bullmq/connection.ts'
import type { QueueLike, WorkerLike } from '../src/bullmq/worker-like.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A worker whose queue gives only these answers, with `startsWithin: '1m'`. `at` judges the task at this second. */
function workerOf(answers: Partial<QueueLike> = {}) {
  const worker = new EventEmitter()
  const connection = new Connection()
  const task = { up: () => {}, down: () => {} } as unknown as ExternalTask
  connection.follow(worker as unknown as WorkerLike, task)
  const silence = (): Promise<never> => new Promise(() => {})
  const queue = new Proxy(answers, { get: (given, key) => Reflect.get(given, key) ?? silence }) as QueueLike
  const backlog = new Backlog(
    worker as unknown as WorkerLike,
    connection,
    () => queue,
    () => false,
    60_000,
  )
  const at = (seconds: number): Judgement => {
    vi.setSystemTime(seconds * 1_000)
    return backlog.rule.judge({ armedMs: seconds * 1_000 } as TaskFacts, false)
  }
  return { worker, at }
}

it('Redis is silent if the connection is open and a question gets no answer for the limit', () => {
  const { at } = workerOf()
  at(0)

  expect(at(50)).toMatchObject({ kind: 'fine' })
  expect(at(60)).toMatchObject({ kind: 'bad', reason: 'Redis has not answered for 60 s' })
})

it('the silence of Redis does not include the time without a connection', () => {
  const { worker, at } = workerOf()
  at(0)
  worker.emit('ioredis:close')
  for (let seconds = 10; seconds <= 90; seconds += 10) expect(at(seconds)).toMatchObject({ kind: 'fine' })
  worker.emit('ready')

  expect(at(95)).toMatchObject({ kind: 'fine' })
  expect(at(150)).toMatchObject({ kind: 'bad', reason: 'Redis has not answered for 60 s' })
})

it('jobs that wait without a connection get the whole limit to start after it', async () => {
  const { worker, at } = workerOf({
    getJobCounts: async () => ({ wait: 2 }),
    isPaused: async () => false,
    getGlobalConcurrency: async () => null,
    getRateLimitTtl: async () => -2,
  })
  Object.assign(worker, { isRunning: () => true })
  const judge = async (seconds: number) => {
    const judgement = at(seconds)
    await new Promise(setImmediate)
    return judgement
  }
  for (let seconds = 0; seconds <= 50; seconds += 10)
    expect(await judge(seconds)).toMatchObject({ kind: 'fine' })
  worker.emit('ioredis:close')
  at(55)
  worker.emit('ready')
  for (let seconds = 70; seconds <= 120; seconds += 10)
    expect(await judge(seconds)).toMatchObject({ kind: 'fine' })
  await judge(130)

  expect(await judge(140)).toMatchObject({
    reason: '2 jobs wait and none has started for 60 s; the worker is idle',
  })
})

it('a job that waits after a pause is reported as early as before the pause', async () => {
  let wait = 0
  const { worker, at } = workerOf({
    getJobCounts: async () => ({ wait }),
    isPaused: async () => false,
    getGlobalConcurrency: async () => null,
    getRateLimitTtl: async () => -2,
  })
  Object.assign(worker, { isRunning: () => true })
  /** Returns how many seconds after `from` the rule finds a problem. */
  const foundAfter = async (from: number): Promise<number | undefined> => {
    for (let seconds = from; seconds <= from + 120; seconds += 10) {
      const { kind } = at(seconds)
      if (kind === 'bad') return seconds - from
      await new Promise(setImmediate)
    }
    return undefined
  }

  expect(await foundAfter(0)).toBeUndefined()
  wait = 1
  expect(await foundAfter(3_600)).toBe(70)
  expect(await foundAfter(0)).toBe(70) // `armedMs` begins at 0 again after a pause
})
