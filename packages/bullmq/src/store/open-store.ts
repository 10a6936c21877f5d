import type {
  BackendFactory,
  ConnectionOptions,
  IQueueBackend,
  Job,
  JobJson,
  PostgresConnectionOptions,
  Queue,
  RedisQueueBackend,
  Worker,
} from 'bullmq'
import type { Resolved } from '../options.ts'
import type { JobData } from './job-data.ts'
import { loadBullmq } from './load-bullmq.ts'
import { isPool, withQuietClients } from './quiet-clients.ts'
import { redisOptions } from './redis-options.ts'
import { SetupError } from './setup-error.ts'

export interface OpenStore {
  readonly queue: Queue
  /** Claims no jobs before `worker.run()` is called. */
  readonly worker: Worker
  /** Named texts, kept as the metadata of a second queue. */
  readonly fields: IQueueBackend
  /** Wall time of the store, if the store reports it. */
  readonly time: () => Promise<number | undefined>
  /**
   * On Redis: locks a claimed job again if its lock has ended and the job is still claimed. On PostgreSQL: always
   * `false`.
   */
  readonly takeBack: (id: string, token: string, ms: number) => Promise<boolean>
  /**
   * Makes a job from the answer of `moveToCompleted()`, if that call has claimed a job. Otherwise returns
   * `undefined`.
   */
  readonly jobFrom: (claimed: readonly unknown[], token: string) => Job<JobData> | undefined
  /** Returns the error with which a processor tells BullMQ to do nothing with the job. */
  readonly givenBack: () => Error
}

export type Processor = (job: Job<JobData>, token: string) => Promise<unknown>

/**
 * Connects to the store. If a step fails, closes all connections and rejects.
 * @param within - limits how long a step may take
 */
export async function openStore(
  options: Resolved,
  instanceId: string,
  processor: Processor,
  onError: (error: Error) => void,
  within: <Result>(step: Promise<Result>) => Promise<Result>,
): Promise<OpenStore> {
  const bullmq = await loadBullmq()
  const { store, prefix, queue: name } = options
  // The types of BullMQ describe only the backend of Redis.
  const factory = (store.kind === 'redis'
    ? bullmq.createRedisBackend
    : bullmq.createPostgresBackend) as unknown as BackendFactory<RedisQueueBackend>
  const connection = (
    store.kind === 'redis'
      ? redisOptions(store.connection)
      : await withQuietClients(poolOptions(store.connection))
  ) as ConnectionOptions
  const shared = { connection, ...(prefix === undefined ? {} : { prefix }) }

  const queue = new bullmq.Queue(name, shared, factory)
  queue.on('error', onError)
  let worker: Worker | undefined
  try {
    await within(queue.waitUntilReady())
    const backend = queue.getBackend()
    if (store.kind === 'redis') await within(prepareRedis(backend))
    const fields = backend.forQueue(`${name}-fleet`, prefix)
    // Tries a script and a write, because each needs its own permission.
    await within(Promise.all([queue.getJobCounts(), fields.setQueueMeta({ probed: instanceId })]))
    worker = new bullmq.Worker(
      name,
      processor as (job: Job, token?: string) => Promise<unknown>,
      {
        ...shared,
        name: instanceId,
        autorun: false,
        // `Claims` changes this number while this process works on jobs.
        concurrency: 1,
        lockDuration: options.leaseMs,
        stalledInterval: options.checkMs,
        maxStalledCount: 1_000_000,
        // After an outage, BullMQ would search for stalled jobs before their processes are connected: see takeovers.ts.
        skipStalledCheck: true,
        // BullMQ stops renewing locks when the wall clock is set back: see leases.ts.
        skipLockRenewal: true,
        removeOnComplete: { count: options.keep },
        removeOnFail: { count: options.keep },
        runRetryDelay: 1_000,
      },
      factory,
    )
    worker.on('error', onError)
    await within(worker.waitUntilReady())
    const reader = worker
    return {
      queue,
      worker,
      fields,
      time: () => (store.kind === 'redis' ? timeOfRedis(backend) : timeOfPostgres(backend)),
      takeBack: async (id, token, ms) => store.kind === 'redis' && takeBackOnRedis(backend, id, token, ms),
      jobFrom: ([fields, id], token) => {
        if (!fields) return undefined
        const job = bullmq.Job.fromJSON<JobData>(reader, fields as JobJson, String(id))
        job.token = token
        return job
      },
      givenBack: () => new bullmq.WaitingError(),
    }
  } catch (error) {
    closeNow(queue, worker)
    throw error
  }
}

/**
 * Closes all connections without waiting for answers. `disconnect()` alone would wait until the first connection is
 * established, and a client of Redis that is never connected would try again forever.
 */
export function closeNow(queue: Queue, worker: Worker | undefined): void {
  void worker?.close(true).catch(() => {})
  void queue.close().catch(() => {})
  void queue.disconnect().catch(() => {})
}

/** Low, because each process has two pools, and PostgreSQL allows 100 connections by default. */
const connectionsPerPool = 4

/**
 * By default, BullMQ creates its tables. Options of the user can change this. For a pool, BullMQ never creates
 * tables.
 */
function poolOptions(connection: PostgresConnectionOptions): object {
  if (typeof connection === 'string')
    return { connectionString: connection, migrate: true, max: connectionsPerPool }
  if (isPool(connection)) return connection
  const { migrate, skipMigrations } = connection as { migrate?: boolean; skipMigrations?: boolean }
  const isSilent = migrate === undefined && skipMigrations === undefined
  return { max: connectionsPerPool, ...(isSilent ? { migrate: true } : {}), ...(connection as object) }
}

async function timeOfRedis(backend: RedisQueueBackend): Promise<number | undefined> {
  const client = await backend.client
  const [, micros] = /^server_time_usec:(\d+)/m.exec(String(await client.info())) ?? []
  return micros === undefined ? undefined : Number(micros) / 1_000
}

/** Uses a query, because the backends of BullMQ have no function for the time. */
async function timeOfPostgres(backend: unknown): Promise<number | undefined> {
  const { query } = backend as { query?: (text: string) => Promise<{ rows: readonly { ms: unknown }[] }> }
  if (typeof query !== 'function') return undefined
  const text = 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms'
  const { rows } = await query.call(backend, text)
  const ms = Number(rows[0]?.ms)
  return Number.isFinite(ms) ? ms : undefined
}

/** Locks a claimed job again after Redis has deleted its lock. */
const takeBackScript = `
if not redis.call('LPOS', KEYS[2], ARGV[1]) then return 0 end
return redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3], 'NX') and 1 or 0`

async function takeBackOnRedis(
  backend: RedisQueueBackend,
  id: string,
  token: string,
  ms: number,
): Promise<boolean> {
  const client = await backend.client
  const keys = [backend.toKey(`${id}:lock`), backend.toKey('active')]
  return (await client.runCommand('runwellTakeBack', [...keys, id, token, ms])) === 1
}

async function prepareRedis(backend: RedisQueueBackend): Promise<void> {
  const client = await backend.client
  client.defineCommand('runwellTakeBack', { numberOfKeys: 2, lua: takeBackScript })
  const info = String(await client.info())
  const read = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
  const policy = read('maxmemory_policy')
  if (policy !== undefined && policy !== 'noeviction') {
    throw new SetupError(
      `Redis may delete runs when its memory is full: set \`maxmemory-policy\` to noeviction (it is ${policy}).`,
    )
  }
  const version = read('redis_version')
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number)
  if (version !== undefined && read('valkey_version') === undefined && major * 100 + minor < 602) {
    throw new SetupError(`Redis is too old: the fleet needs Redis 6.2 or newer (it is ${version}).`)
  }
}
