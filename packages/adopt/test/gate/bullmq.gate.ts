import { AsyncLocalStorage } from 'node:async_hooks'
import { type Observer, Supervisor } from '@runwell/core'
import { recordEvents, VirtualClock } from '@runwell/core/testing'
import * as newest from 'bullmq'
import * as oldest from 'bullmq-v5'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { RedisServer } from '../../../../scripts/servers/redis.ts'
import { adoptWorker } from '../../src/bullmq/index.ts'
import { eventually } from './eventually.ts'

type Processor = (job: newest.Job, token?: string, signal?: AbortSignal) => Promise<unknown>

let redis: RedisServer
beforeAll(async () => {
  redis = await RedisServer.start()
})
afterAll(() => redis[Symbol.asyncDispose]())

const versions = { 5: oldest as unknown as typeof newest, 6: newest }
let queues = 0

describe.each(Object.entries(versions))('BullMQ %s', (_version, { Queue, Worker, ...bullmq }) => {
  function world(observers: Observer[] = []) {
    queues += 1
    const { connection } = redis
    const clock = new VirtualClock()
    const events = recordEvents()
    const supervisor = new Supervisor({ clock, observers: [events, ...observers] })
    const queue = new Queue(`mails-${queues}`, { connection })
    const makeWorker = (
      processor: Processor | string | null,
      options: Partial<newest.WorkerOptions> = {},
    ) => {
      const worker = new Worker(queue.name, processor, { connection, ...options })
      onTestFinished(() => void worker.close(true))
      return worker
    }
    onTestFinished(async () => {
      const stopped = supervisor.stop()
      await clock.advance('1m')
      await stopped
      await queue.disconnect()
    })
    const ended = () => events.of('run.ended', queue.name)
    const health = () => supervisor.task(queue.name)?.health()
    const problems = () => health()?.reasons.filter(({ rule }) => rule !== 'no-success')
    const pass = async (seconds: number) => {
      for (let passed = 0; passed < seconds; passed += 5) {
        await clock.advance('5s')
        await queue.getJobCounts()
        await queue.getJobCounts()
      }
    }
    return { clock, events, supervisor, queue, makeWorker, ended, health, problems, pass }
  }

  test('counts each job as a run', async () => {
    const { supervisor, queue, makeWorker, ended, events } = world()
    await supervisor.start()
    adoptWorker(
      supervisor,
      makeWorker(async (job) => {
        if (job.name === 'broken') throw new Error('no address')
      }),
    )

    await queue.add('welcome', {})
    await queue.add('broken', {})

    await eventually(() => ended().length === 2)
    expect(ended().map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed'])
    expect(ended()[1]?.error?.message).toBe('no address')
    expect(events.of('run.started', queue.name)).toHaveLength(2)
  })

  test('says which job a run is', async () => {
    const { supervisor, queue, makeWorker, ended } = world()
    await supervisor.start()
    let attempts = 0
    adoptWorker(
      supervisor,
      makeWorker(async () => {
        attempts += 1
        if (attempts === 1) throw new Error('not yet')
      }),
    )

    await queue.add('welcome', {}, { jobId: 'mail-7', attempts: 2 })

    await eventually(() => ended().length === 2)
    const job = { 'job.id': 'mail-7', 'job.name': 'welcome' }
    expect(ended().map(({ annotations }) => annotations)).toEqual([
      { ...job, 'job.attempt': '1' },
      { ...job, 'job.attempt': '2' },
    ])
  })

  test('runs the processor inside the contexts of observers', async () => {
    const context = new AsyncLocalStorage<string>()
    const observer: Observer = { name: 'context', aroundRun: (run, next) => context.run(run.task.name, next) }
    const { supervisor, queue, makeWorker } = world([observer])
    await supervisor.start()
    const seen: unknown[] = []
    adoptWorker(
      supervisor,
      makeWorker(async () => {
        await queue.getJobCounts()
        seen.push(context.getStore())
      }),
    )

    await queue.add('welcome', {})

    await eventually(() => seen.length === 1)
    expect(seen).toEqual([queue.name])
  })

  test('changes nothing of what the host passes on', async () => {
    const { supervisor, queue, makeWorker } = world()
    await supervisor.start()
    const seen: unknown[] = []
    async function processor(this: unknown, job: newest.Job, token?: string, signal?: AbortSignal) {
      seen.push(job.data, typeof token, signal?.aborted)
      return { sent: true }
    }
    const worker = makeWorker(processor)
    const results: unknown[] = []
    worker.on('completed', (_job, result) => results.push(result))
    expect(adoptWorker(supervisor, worker)).toBe(worker)

    const job = await queue.add('welcome', { to: 'you' })

    await eventually(() => results.length === 1)
    expect(seen).toEqual([{ to: 'you' }, 'string', false])
    expect(results).toEqual([{ sent: true }])
    const stored = await queue.getJob(String(job.id))
    expect(stored?.opts).toEqual(job.opts)
  })

  test('passes every call on to the telemetry of the user', async () => {
    const { supervisor, queue, makeWorker, ended } = world()
    await supervisor.start()
    const names: string[] = []
    const active = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const span = {
      setSpanOnContext: () => 'their context',
      setAttribute: () => {},
      setAttributes: () => {},
      addEvent: (name: string) => names.push(name),
      recordException: () => {},
      end: () => names.push('end'),
    }
    const telemetry = {
      tracer: {
        startSpan(name: string) {
          names.push(name)
          return span
        },
      },
      contextManager: {
        with: (context: string, fn: () => unknown) => active.run(context, fn),
        active: () => active.getStore(),
        getMetadata: () => '',
        fromMetadata: () => 'from metadata',
      },
    } as unknown as newest.Telemetry
    adoptWorker(
      supervisor,
      makeWorker(async () => void seen.push(active.getStore()), { telemetry }),
    )

    await queue.add('welcome', {})

    await eventually(() => ended().length === 1)
    expect(seen).toEqual(['their context'])
    await eventually(() => names.includes('job completed'))
    expect(names).toContain(`process ${queue.name}`)
  })

  test('does not count a job that puts itself back as failed', async () => {
    const { supervisor, queue, makeWorker, ended } = world()
    await supervisor.start()
    let calls = 0
    adoptWorker(
      supervisor,
      makeWorker(async (job, token) => {
        calls += 1
        if (calls > 1) return
        await job.moveToDelayed(Date.now() + 20, token)
        throw new bullmq.DelayedError()
      }),
    )

    await queue.add('later', {})

    await eventually(() => ended().length === 2)
    expect(ended().map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded'])
  })

  test('counts a job whose worker died as failed', async () => {
    const { supervisor, queue, makeWorker, ended } = world()
    await supervisor.start()
    const { connection } = redis
    const dying = new Worker(queue.name, null, { connection, lockDuration: 50 })
    await queue.add('welcome', {})
    await dying.getNextJob('token', { block: false })
    await dying.disconnect()
    adoptWorker(
      supervisor,
      makeWorker(async () => {}, { stalledInterval: 40 }),
    )

    await eventually(() => ended().length === 2)
    expect(ended()[0]?.error?.message).toContain('stalled')
    expect(ended()[1]?.outcome).toBe('succeeded')
  })

  test('reports jobs that wait while the worker takes none', async () => {
    const { supervisor, queue, makeWorker, health, pass } = world()
    await supervisor.start()
    adoptWorker(
      supervisor,
      makeWorker(async () => {}, { autorun: false }),
    )
    await queue.add('welcome', {})
    await queue.add('urgent', {}, { priority: 1 })

    await pass(55)
    expect(health()?.status).toBe('unknown')
    await pass(35)

    expect(health()?.status).toBe('unhealthy')
    expect(health()?.reasons[0]?.reason).toMatch(
      /^2 jobs wait and none has started for .*; the worker does not run: call worker\.run\(\)$/,
    )
  })

  test('recovers once a job starts', async () => {
    const { supervisor, queue, makeWorker, health, pass, ended } = world()
    await supervisor.start()
    const worker = makeWorker(async () => {}, { autorun: false })
    adoptWorker(supervisor, worker)
    await queue.add('welcome', {})
    await pass(90)
    expect(health()?.status).toBe('unhealthy')

    void worker.run()
    await eventually(() => ended().length === 1)
    await pass(30)

    expect(health()?.status).toBe('healthy')
  })

  test('reports no waiting jobs while the queue is paused or the worker is busy', async () => {
    const { supervisor, queue, makeWorker, health, problems, pass } = world()
    await supervisor.start()
    let finish = (): void => {}
    const worker = makeWorker(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve
        }),
    )
    adoptWorker(supervisor, worker)
    let isLive = false
    worker.on('active', () => {
      isLive = true
    })
    await queue.add('long', {})
    await eventually(() => isLive)
    await queue.add('next', {})
    await pass(120)
    expect(problems()).toEqual([])

    await queue.pause()
    finish()
    await pass(120)
    expect(health()?.status).toBe('healthy')
  })

  test('reports no waiting jobs while the queue is at its rate limit or its global concurrency', async () => {
    const { supervisor, queue, makeWorker, problems, pass } = world()
    await supervisor.start()
    adoptWorker(
      supervisor,
      makeWorker(async () => {}),
    )
    const elsewhere = new Worker(queue.name, null, { connection: redis.connection })
    onTestFinished(() => elsewhere.close(true))
    await queue.setGlobalConcurrency(1)
    await queue.add('held', {})
    await elsewhere.getNextJob('token', { block: false })
    await queue.add('waits', {})
    await pass(120)
    expect(problems()).toEqual([])

    await queue.removeGlobalConcurrency()
    await queue.rateLimit(60_000)
    await pass(120)
    expect(problems()).toEqual([])
  })

  test('counts the jobs of a job scheduler', async () => {
    const { supervisor, queue, makeWorker, ended } = world()
    await supervisor.start()
    adoptWorker(
      supervisor,
      makeWorker(async () => {}),
    )

    await queue.upsertJobScheduler('often', { every: 50 }, { name: 'tick' })
    await eventually(() => ended().length >= 3)
    await queue.removeJobScheduler('often')

    expect(ended().every(({ annotations }) => annotations?.['job.name'] === 'tick')).toBe(true)
  })

  test('reports a lost connection with its error, and recovers', async () => {
    await using own = await RedisServer.start()
    const clock = new VirtualClock()
    const supervisor = new Supervisor({ clock, observers: [] })
    await supervisor.start()
    // By default, BullMQ waits up to 20 s before it connects again.
    const connection = { ...own.connection, retryStrategy: () => 200 }
    const worker = new Worker('lost', async () => {}, { connection })
    worker.on('error', () => {})
    adoptWorker(supervisor, worker)
    await worker.waitUntilReady()
    const reason = async () => {
      await clock.advance('5s')
      return supervisor.task('lost')?.health().reasons[0]?.reason
    }
    const idle = 'no run has ended yet'
    expect(await reason()).toBe(idle)

    await own.crash()
    await eventually(async () => /ECONNREFUSED/.test(String(await reason())))

    await own.restart()
    await eventually(async () => (await reason()) === idle)
    const stopped = supervisor.stop()
    await clock.advance('1m')
    await stopped
    void worker.close(true)
  })

  test('pauses, resumes and closes the worker', async () => {
    const { supervisor, queue, makeWorker, ended } = world()
    await supervisor.start()
    const worker = adoptWorker(
      supervisor,
      makeWorker(async () => {}),
    )
    const task = supervisor.task(queue.name)

    task?.pause()
    await eventually(() => worker.isPaused())
    await queue.add('welcome', {})
    task?.resume()
    await eventually(() => ended().length === 1)
    await worker.pause()
    expect(task?.paused).toBe(true)
    await worker.resume()
    expect(task?.paused).toBe(false)
  })

  test('waits for live jobs when it stops', async () => {
    const { supervisor, queue, makeWorker, ended } = world()
    await supervisor.start()
    let finish = (): void => {}
    let calls = 0
    const worker = makeWorker(
      () =>
        new Promise<void>((resolve) => {
          calls += 1
          finish = resolve
        }),
    )
    adoptWorker(supervisor, worker)
    await queue.add('long', {})
    await queue.add('never', {})
    await eventually(() => calls === 1)

    const stopped = supervisor.stop()
    await eventually(() => worker.closing !== undefined)
    expect(ended()).toEqual([])
    finish()
    const report = await stopped

    expect(report.abandoned).toEqual([])
    expect(ended().map(({ outcome }) => outcome)).toEqual(['succeeded'])
    expect(calls).toBe(1)
  })

  test('keeps the task of a worker that is adopted twice, and gives the next worker its name once that is closed', async () => {
    const { supervisor, queue, makeWorker } = world()
    await supervisor.start()
    const worker = makeWorker(async () => {})
    adoptWorker(supervisor, worker)
    const task = supervisor.task(queue.name)
    adoptWorker(supervisor, worker)
    expect(supervisor.task(queue.name)).toBe(task)

    await worker.close()
    expect(supervisor.task(queue.name)).toBeUndefined()
    adoptWorker(
      supervisor,
      makeWorker(async () => {}),
    )

    expect(supervisor.task(queue.name)).toBeDefined()
  })
})
