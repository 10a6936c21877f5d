import { cron, every, loop, manual, type RunContext } from '@runwell/core'
import { World } from './world.ts'

type Run = (context: RunContext) => unknown

const owners = {
  orders: 'checkout',
  mail: 'messaging',
  chat: 'messaging',
  search: 'catalog',
  reports: 'finance',
}

export async function shop(): Promise<World> {
  const world = new World(
    { name: 'shop' },
    {
      links: {
        trace: 'http://localhost:16686/trace/{trace_id}',
        issues: 'http://localhost/issues?task={task}',
      },
    },
  )
  const { supervisor, clock } = world
  const register = (name: string, schedule: ReturnType<typeof every>, run: Run, more: object = {}): void => {
    const owner = owners[name.split('.')[0] as keyof typeof owners]
    supervisor.register({ name, owner, schedule, run, ...more })
  }
  let isDown = false
  let random = 7
  const around = (ms: number): Run => {
    return ({ sleep }) => {
      random = (random * 16_807) % 2_147_483_647
      return sleep(ms * (0.6 + random / 2_147_483_647))
    }
  }
  const upstream = (ms: number): Run => {
    const work = around(ms)
    return async (context) => {
      await work(context)
      if (isDown)
        throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 10.0.0.7:443') })
    }
  }
  const crashing: Run = async ({ beat, sleep }) => {
    beat()
    await sleep('20s')
    throw new Error('the server closed the connection: 4004 authentication failed')
  }
  const beating: Run = async ({ beat, sleep, signal }) => {
    while (!signal.aborted) {
      beat()
      await sleep('5s')
    }
  }
  register('orders.import', every('30s'), upstream(400), { priority: 'high' })
  register('orders.reconcile', every('2m'), upstream(900), {
    runbook: 'https://runbooks.example.com/reconcile',
  })
  register('orders.expire', every('1m'), around(120))
  register('mail.digest', cron('0 7 * * *', { timeZone: 'Europe/Berlin' }), around(4_000))
  register('mail.send', manual(), around(80), { retry: { times: 2 } })
  register('chat.gateway', loop(), beating, { priority: 'critical' })
  register('chat.legacy', loop(), crashing, { priority: 'low' })
  register('search.index', every('15s'), around(2_400))
  register('search.synonyms', every('10m'), around(300))
  register('reports.render', every('5m', { first: 'after-period' }), () => clock.block('1200ms'))
  register('reports.export', every('20s'), around(26_000))
  await supervisor.start()
  supervisor.task('search.synonyms')?.pause('the new dictionary is being imported (anna)')
  await clock.advance('18m')
  isDown = true
  await clock.advance('7m')
  return world
}
