import { type Duration, InvalidOptionError } from '@runwell/core'
import {
  aText,
  check,
  checkOptions,
  durationFrom,
  type OptionTable,
  oneOf,
  takes,
  textUpTo,
  toMs,
  trueOrFalse,
  wholeNumber,
} from '@runwell/core/adapter'
import type { ConnectionOptions, PostgresConnectionOptions } from 'bullmq'

/** A URL of Redis, options of ioredis, or a client of ioredis. */
export type RedisTarget = string | ConnectionOptions

/** Options of a fleet on BullMQ. Give either `connection` or `postgres`. */
export interface BullmqFleetOptions {
  /**
   * For Redis 6.2 or newer, or Valkey: a URL such as `'redis://localhost:6379'`, connection options of ioredis, or a
   * client of ioredis. The fleet opens its own connections with the options of the client. A Redis Cluster is not
   * supported. In the server, `maxmemory-policy` must be `noeviction`.
   */
  readonly connection?: RedisTarget | undefined
  /**
   * For PostgreSQL 13 or newer: a connection string, options of a `pg.Pool`, or a pool. BullMQ creates its tables,
   * unless the options contain `migrate: false` or `skipMigrations: true`. If you pass a pool, create the tables
   * before with `runMigrations()` of BullMQ.
   */
  readonly postgres?: PostgresConnectionOptions | undefined
  /**
   * The name of the queue. Processes with the same store, queue and `prefix` share their tasks of scope `service`. 1
   * to 100 characters, without `:`.
   */
  readonly queue: string
  /** The first part of all keys in Redis. Has no effect on PostgreSQL. @defaultValue `'bull'` */
  readonly prefix?: string | undefined
  /**
   * The version of the deployed code. `'2.10'` is newer than `'2.9'`. If two processes define a task differently, the
   * definition of the newer version applies.
   *
   * @defaultValue the definition of the process that was started last applies
   */
  readonly version?: string | undefined
  /**
   * The longest time from the death of a process until another process takes over its runs. From 200 ms to 1 day. A
   * takeover begins at the earliest 5 s after the end of an outage of the store.
   *
   * A process that is alive can also lose its runs. This happens if it is blocked, or cannot reach the store, for 3/8
   * of `takeOverWithin` (11 s by default) or longer.
   * @defaultValue `'30s'`
   */
  readonly takeOverWithin?: Duration | undefined
  /**
   * What happens to a run if the store stops answering. `'finish'`: the run continues until the store reports that
   * another process has taken it over. `'abort'`: the run is aborted after at most 45 % of `takeOverWithin`. Another
   * process can take over the run only later.
   * @defaultValue `'finish'`
   */
  readonly whenCutOff?: 'finish' | 'abort' | undefined
  /**
   * The most runs of the fleet that this process executes at the same time. A slot or trigger counts, too, while this
   * process holds it until another run has ended.
   * @defaultValue `1_000`
   */
  readonly concurrency?: number | undefined
  /**
   * How often a process reads what other processes have changed, such as a pause. From 20 ms to 1 min.
   * @defaultValue `'1s'`
   */
  readonly pollEvery?: Duration | undefined
  /**
   * How many finished jobs BullMQ keeps in the queue, at least 100. While the job of a slot is kept, the slot can't
   * run again.
   * @defaultValue `10_000`
   */
  readonly keep?: number | undefined
  /**
   * If `true`, the process is not ready while it can't reach the store. It is also not ready while its clock is more
   * than 5 s ahead of the clock of the store. With PostgreSQL, the process is also not ready while its own clock is
   * more than 5 s behind.
   * @defaultValue `false`
   */
  readonly gatesReadiness?: boolean | undefined
}

export interface Resolved {
  readonly store:
    | { readonly kind: 'redis'; readonly connection: RedisTarget }
    | { readonly kind: 'postgres'; readonly connection: PostgresConnectionOptions }
  readonly queue: string
  readonly prefix: string | undefined
  readonly version: string | undefined
  /** How long a lease lasts without being renewed. */
  readonly leaseMs: number
  /** Time between two searches for leases that have ended. */
  readonly checkMs: number
  readonly pollMs: number
  readonly abortsWhenCutOff: boolean
  readonly concurrency: number
  readonly keep: number
  readonly gatesReadiness: boolean
}

function isRedisUrl(value: unknown): value is string {
  return typeof value === 'string' && /^rediss?:\/\/./.test(value) && URL.canParse(value)
}

/** True for a client of ioredis, but not for a client of a Redis Cluster. */
export function isRedisClient(value: object): value is { readonly options: object } {
  const { options, isCluster, defineCommand } = value as Record<string, unknown>
  return isClient(value) && !isCluster && typeof defineCommand === 'function' && typeof options === 'object'
}

/** True for each client that BullMQ recognizes, such as a client of ioredis or `redis`. */
function isClient(value: object): boolean {
  const { connect, disconnect, duplicate } = value as Record<string, unknown>
  return [connect, disconnect, duplicate].every((method) => typeof method === 'function')
}

const aConnection = takes<RedisTarget>(
  "a URL such as 'redis://localhost:6379', connection options such as { host, port }, or a client of ioredis that is not a cluster",
  (value) => isRedisUrl(value) || (typeof value === 'object' && value !== null && !isOtherClient(value)),
  { isSecret: true },
)
const aQueue = takes<string>(
  "a name of 1 to 100 characters without ':', such as 'shop'",
  (value) => aText.fits(value) && value.length <= 100 && !value.includes(':'),
)
const aTakeOver = durationFrom(200, 86_400_000)
const aPoll = durationFrom(20, 60_000)
const table: OptionTable<BullmqFleetOptions> = {
  connection: aConnection,
  postgres: takes(
    "a connection string such as 'postgres://localhost/shop', options of a pool, or a pool",
    (value) => aText.fits(value) || (typeof value === 'object' && value !== null),
    { isSecret: true },
  ),
  queue: aQueue,
  prefix: textUpTo(100),
  version: textUpTo(100),
  takeOverWithin: aTakeOver,
  whenCutOff: oneOf(['finish', 'abort']),
  concurrency: wholeNumber(1, 100_000),
  pollEvery: aPoll,
  keep: wholeNumber(100, 10_000_000),
  gatesReadiness: trueOrFalse,
}

/** With `keyPrefix`, ioredis changes some keys of the scripts of BullMQ, and not others. */
function refuseKeyPrefix(connection: RedisTarget | undefined): void {
  const keyPrefix = keyPrefixesOf(connection).find((prefix) => prefix !== undefined && prefix !== '')
  if (keyPrefix === undefined) return
  throw new InvalidOptionError(
    'bullmqFleet.connection.keyPrefix',
    'left out: use the option `prefix` of `bullmqFleet`',
    keyPrefix,
  )
}

/** ioredis also reads options from the query of a URL. */
function keyPrefixesOf(connection: RedisTarget | undefined): unknown[] {
  if (connection === undefined) return []
  if (typeof connection === 'string') {
    const [, ...query] = connection.split('?')
    return new URLSearchParams(query.join('?')).getAll('keyPrefix')
  }
  const { keyPrefix, url } = (isRedisClient(connection) ? connection.options : connection) as {
    keyPrefix?: unknown
    url?: unknown
  }
  return [keyPrefix, ...(typeof url === 'string' ? keyPrefixesOf(url) : [])]
}

function isOtherClient(value: object): boolean {
  return Array.isArray(value) || (isClient(value) && !isRedisClient(value))
}

export function resolveOptions(options: BullmqFleetOptions): Resolved {
  checkOptions('bullmqFleet', options, table)
  const { connection, postgres, queue, prefix, version, gatesReadiness = false } = options
  check('bullmqFleet.queue', queue, aQueue)
  if ((connection === undefined) === (postgres === undefined)) {
    throw new InvalidOptionError(
      'bullmqFleet',
      'either `connection` for Redis or Valkey, or `postgres`',
      connection === undefined ? 'neither' : 'both',
    )
  }
  refuseKeyPrefix(connection)
  const takeOverMs = toMs('bullmqFleet.takeOverWithin', options.takeOverWithin ?? '30s', aTakeOver)
  return {
    store:
      connection === undefined
        ? { kind: 'postgres', connection: postgres as PostgresConnectionOptions }
        : { kind: 'redis', connection },
    queue,
    prefix,
    version,
    // A takeover takes at most `leaseMs` + `checkMs`. A quarter of `takeOverWithin` is left for delays.
    leaseMs: takeOverMs / 2,
    checkMs: takeOverMs / 4,
    pollMs: toMs('bullmqFleet.pollEvery', options.pollEvery ?? '1s', aPoll),
    abortsWhenCutOff: options.whenCutOff === 'abort',
    concurrency: options.concurrency ?? 1_000,
    keep: options.keep ?? 10_000,
    gatesReadiness,
  }
}
