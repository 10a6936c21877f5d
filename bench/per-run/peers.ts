import { type Call, task } from './task.ts'

export function byHand(): Call {
  const ring = new Array<{ at: number; tookMs: number; ok: boolean }>(100)
  const state = { busy: false, runs: 0, failures: 0, skipped: 0, last: 0, totalMs: 0 }
  return async () => {
    if (state.busy) {
      state.skipped++
      return
    }
    state.busy = true
    const began = performance.now()
    let ok = true
    try {
      await task()
    } catch {
      ok = false
      state.failures++
    } finally {
      const tookMs = performance.now() - began
      state.busy = false
      state.last = Date.now()
      state.totalMs += tookMs
      ring[state.runs++ % 100] = { at: state.last, tookMs, ok }
    }
  }
}

export async function toad(): Promise<Call> {
  const { AsyncTask, SimpleIntervalJob } = await import('toad-scheduler')
  const job = new SimpleIntervalJob({ hours: 1 }, new AsyncTask('task', task), { preventOverrun: true })
  return () => job.executeAsync()
}

export async function croner(): Promise<Call> {
  const { Cron } = await import('croner')
  const job = new Cron('0 0 1 1 *', { protect: true, catch: true }, task)
  return () => job.trigger()
}

export async function nodeSchedule(): Promise<Call> {
  const { default: schedule } = await import('node-schedule')
  const job = schedule.scheduleJob('0 0 1 1 *', task)
  return () => job.invoke()
}

export async function cron(): Promise<Call> {
  const { CronJob } = await import('cron')
  const job = CronJob.from({
    cronTime: '0 0 1 1 *',
    onTick: task,
    waitForCompletion: true,
    errorHandler() {},
  })
  return () => job.fireOnTick()
}

export async function nodeCron(): Promise<Call> {
  const { default: nodeCron } = await import('node-cron')
  const job = nodeCron.schedule('0 0 1 1 *', task, { noOverlap: true })
  return () => job.execute()
}

export async function cockatiel(what: 'retry' | 'timeout' | 'all'): Promise<Call> {
  const {
    ConsecutiveBreaker,
    ExponentialBackoff,
    TimeoutStrategy,
    circuitBreaker,
    handleAll,
    retry,
    timeout,
    wrap,
  } = await import('cockatiel')
  const retrying = retry(handleAll, { maxAttempts: 3, backoff: new ExponentialBackoff() })
  const limited = timeout(30_000, TimeoutStrategy.Aggressive)
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(5) })
  const policies = { retry: retrying, timeout: limited, all: wrap(retrying, breaker, limited) }
  return () => policies[what].execute(task)
}

export async function pQueue(): Promise<Call> {
  const { default: PQueue } = await import('p-queue')
  const queue = new PQueue({ concurrency: 1 })
  return () => queue.add(task)
}

export async function promClient(): Promise<Call> {
  const { Counter, Histogram } = await import('prom-client')
  const duration = new Histogram({
    name: 'run_duration_seconds',
    help: 'runs',
    labelNames: ['task', 'outcome'],
  })
  const total = new Counter({ name: 'runs_total', help: 'runs', labelNames: ['task', 'outcome'] })
  return async () => {
    const end = duration.startTimer({ task: 'task' })
    let outcome = 'succeeded'
    try {
      await task()
    } catch {
      outcome = 'failed'
    }
    end({ outcome })
    total.inc({ task: 'task', outcome })
  }
}

export async function effect(what: 'plain' | 'span'): Promise<Call> {
  const { Effect } = await import('effect')
  const plain = Effect.promise(task)
  const span = Effect.tryPromise(task).pipe(Effect.retry({ times: 3 }), Effect.withSpan('run task'))
  const program = what === 'plain' ? plain : span
  return () => Effect.runPromise(program)
}

export async function alsAwait(): Promise<Call> {
  const { AsyncLocalStorage } = await import('node:async_hooks')
  const storage = new AsyncLocalStorage()
  // From here on, Node 20 tracks each promise of the process, because one `AsyncLocalStorage` contains a value.
  storage.enterWith({ request: 1 })
  return task
}
