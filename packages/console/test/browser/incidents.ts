import {
  cron,
  type Duration,
  every,
  loop,
  manual,
  type RunContext,
  rules,
  schedules,
  type TaskOptions,
} from '@runwell/core'
import { World } from './world.ts'

export interface Incident {
  readonly name: string
  /** Without a task, the overview is opened. */
  readonly task?: string
  readonly says: readonly RegExp[]
  inject(): Promise<World>
}

type Run = (context: RunContext) => unknown

async function running(tasks: Readonly<Record<string, TaskOptions['schedule'] | Partial<TaskOptions>>>) {
  const world = new World()
  for (const [name, options] of Object.entries(tasks)) {
    const given = options !== undefined && 'info' in options ? { schedule: options } : options
    world.supervisor.register({ name, owner: 'shop', run: () => {}, ...(given as Partial<TaskOptions>) })
  }
  await world.supervisor.start()
  return world
}

async function one(name: string, options: Partial<TaskOptions>, forTime: Duration) {
  const world = await running({ 'feeds.poll': { schedule: every('30s') }, [name]: options })
  await world.clock.advance(forTime)
  return world
}

const refused = (): never => {
  throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 10.0.0.7:443') })
}
const ignoring: Run = () => new Promise(() => {})
const seconds =
  (number: number) =>
  ({ sleep }: RunContext): Promise<void> =>
    sleep(number * 1_000)

async function blocked(): Promise<World> {
  const world = await running({ 'feeds.poll': { schedule: every('1s', { catchUp: '500ms' }) } })
  let isDone = false
  const render: Run = () => {
    if (!isDone) world.clock.block('10s')
    isDone = true
  }
  world.supervisor.register({
    name: 'report.render',
    schedule: every('5m', { first: 'after-period' }),
    run: render,
  })
  await world.clock.advance('320s')
  return world
}

export const incidents: readonly Incident[] = [
  {
    name: 'upstream down',
    task: 'orders.sync',
    says: [
      /failed \d+ times in a row/,
      /fetch failed, caused by Error: connect ECONNREFUSED 10\.0\.0\.7:443/,
    ],
    inject: () => {
      let runs = 0
      const run = () => (++runs > 20 ? refused() : undefined)
      return one('orders.sync', { schedule: every('10s'), run }, '5m')
    },
  },
  {
    name: 'hung run',
    task: 'orders.sync',
    says: [/a run has neither ended nor called beat\(\) for 1\d/, /Running now/],
    inject: () => one('orders.sync', { schedule: every('1m'), run: ignoring }, '15m'),
  },
  {
    name: 'blocked event loop',
    says: [/The event loop was blocked for \d+(\.\d)? s, most likely by report\.render/],
    inject: blocked,
  },
  {
    name: 'silent loop',
    task: 'chat.gateway',
    says: [/has neither called beat\(\) nor ended a unit for 10 min/],
    inject: () => {
      const run: Run = async ({ beat, sleep }) => {
        beat()
        await sleep('1d')
      }
      return one('chat.gateway', { schedule: loop(), run }, '11m')
    },
  },
  {
    name: 'parked loop',
    task: 'chat.gateway',
    says: [/used up its restart budget and is parked/, /ECONNREFUSED/],
    inject: () => one('chat.gateway', { schedule: loop(), run: refused }, '10m'),
  },
  {
    name: 'stuck run',
    task: 'orders.sync',
    says: [/the previous run ignored its abort signal and has blocked this task for/],
    inject: () => one('orders.sync', { schedule: every('1m'), timeout: '5s', run: ignoring }, '5m'),
  },
  {
    name: 'missed slots after a block',
    task: 'feeds.poll',
    says: [/\d+ slots were missed\. The event loop was blocked for .*report\.render/],
    inject: blocked,
  },
  {
    name: 'overlap skips',
    task: 'orders.sync',
    says: [
      /\d+ runs were skipped, because the previous run had not ended\. Runs take up to 25 s, and one is due every 10 s/,
    ],
    inject: () => one('orders.sync', { schedule: every('10s'), run: seconds(25) }, '10m'),
  },
  {
    name: 'slow drift',
    task: 'orders.sync',
    says: [/Runs have become slower: .* in the last 5 runs, .* over all \d+/],
    inject: () => {
      let runs = 0
      const run: Run = ({ sleep }) => sleep(300 * 1.04 ** ++runs)
      return one('orders.sync', { schedule: every('1m'), run }, '2h')
    },
  },
  {
    name: 'flapping',
    task: 'orders.sync',
    says: [/changes often \(flapping\)/, /ECONNREFUSED/],
    inject: () => {
      let runs = 0
      const run = () => (runs++ % 4 < 2 ? undefined : refused())
      const health = [rules.consecutiveFailures()]
      return one('orders.sync', { schedule: every('30s'), run, health }, '1h')
    },
  },
  {
    name: 'paused and forgotten',
    task: 'orders.sync',
    says: [/It has been paused for 3 d by anna: migration/, /No run starts until it is resumed/],
    inject: async () => {
      const world = await one('orders.sync', { schedule: every('10m') }, '1h')
      await world.listen()
      await world.write('tasks/orders.sync/pause', { reason: 'migration' })
      await world.clock.advance('3d')
      return world
    },
  },
  {
    name: 'standby everywhere',
    says: [/Every task is on standby, because enabled\(\) does not return true/],
    inject: async () => {
      const enabled = () => false
      const schedule = every('10s')
      const world = await running({
        'orders.sync': { schedule, enabled },
        'mail.send': { schedule, enabled },
      })
      await world.clock.advance('1m')
      return world
    },
  },
  {
    name: 'bad deploy',
    task: 'orders.sync',
    says: [/No run has succeeded since this process started: all \d+ runs failed/, /Cannot read properties/],
    inject: () => {
      const run = (): never => {
        throw new TypeError("Cannot read properties of undefined (reading 'sku')")
      }
      return one('orders.sync', { schedule: every('1m'), run }, '10m')
    },
  },
  {
    name: 'exporter down',
    says: [/traces can't be exported and are dropped .* ECONNREFUSED 127\.0\.0\.1:4318/],
    inject: async () => {
      const world = await one('orders.sync', { schedule: every('1m') }, '2m')
      const why = 'connect ECONNREFUSED 127.0.0.1:4318'
      process.emitWarning(
        `Runwell: traces can't be exported and are dropped until exports succeed: ${why}`,
        'RunwellWarning',
      )
      await world.clock.advance('2m')
      return world
    },
  },
  {
    name: 'clock set',
    says: [/The wall clock jumped by 5 h/],
    inject: async () => {
      const world = await one('orders.sync', { schedule: every('1m') }, '10m')
      world.clock.jump('5h')
      await world.clock.advance('2m')
      return world
    },
  },
  {
    name: 'history full',
    task: 'orders.sync',
    says: [
      /the history has only the newest 20 of \d+ runs, and all of them failed/,
      /option history keeps more/,
    ],
    inject: () => {
      let runs = 0
      const run = () => (++runs > 30 ? refused() : undefined)
      return one('orders.sync', { schedule: every('10s'), run }, '30m')
    },
  },
  {
    name: 'observer failing',
    says: [/Observer 'audit-log' has failed \d+ times, last with Error: disk full/],
    inject: async () => {
      const world = await one('orders.sync', { schedule: every('1m') }, '1m')
      world.supervisor.observe({
        name: 'audit-log',
        onEvent() {
          throw new Error('disk full')
        },
      })
      await world.clock.advance('5m')
      return world
    },
  },
  {
    name: 'two runs wait for each other during the stop',
    task: 'orders.drain',
    says: [
      /The supervisor is stopping and waits for this run to obey its abort signal\. It also waits for mail\.send/,
    ],
    inject: async () => {
      const schedule = schedules.once({ after: 0 })
      const world = await running({
        'mail.send': { schedule, run: ignoring },
        'orders.drain': { schedule, run: ignoring, dependsOn: ['mail.send'] },
      })
      await world.clock.advance('1m')
      void world.supervisor.stop()
      await world.clock.advance('2s')
      return world
    },
  },
  {
    name: 'wrong cron expression, mended by a new schedule',
    task: 'report.nightly',
    says: [
      /anna rescheduled it \(monthly instead of nightly\)/,
      /has a new schedule: cron 0 3 \* \* \*/,
      /has started: cron 0 3 1 \* \*/,
    ],
    inject: async () => {
      const schedule = cron('0 3 1 * *', { timeZone: 'UTC' })
      const world = await one('report.nightly', { schedule }, '10m')
      await world.listen()
      const body = { cron: '0 3 * * *', timeZone: 'UTC', reason: 'monthly instead of nightly' }
      await world.write('tasks/report.nightly/reschedule', body)
      await world.clock.advance('5m')
      return world
    },
  },
  {
    name: 'nothing scheduled',
    says: [/No task has a schedule\. Each runs only when it is triggered/],
    inject: async () => {
      const world = await running({ 'orders.sync': manual(), 'mail.send': manual() })
      await world.clock.advance('10m')
      return world
    },
  },
]
