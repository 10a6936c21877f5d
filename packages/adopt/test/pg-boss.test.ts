import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { expect, it, onTestFinished } from 'vitest'
import { adoptPgBoss, type BossJobLike, type BossLike } from '../src/pg-boss/index.ts'

type Handler = (jobs: readonly BossJobLike[]) => Promise<void>

class Boss implements BossLike {
  readonly #workers = new Map<string, { readonly queue: string; readonly handler: Handler }>()

  async work(queue: string, ...args: never[]): Promise<string> {
    const id = `worker-${this.#workers.size + 1}`
    this.#workers.set(id, { queue, handler: args.at(-1) as never })
    return id
  }

  async offWork(queue: string | { readonly id: string }, options?: { readonly id?: string }): Promise<void> {
    const chosen = typeof queue === 'string' ? options?.id : queue.id
    for (const [id, worker] of this.#workers) {
      if (chosen === undefined ? worker.queue === queue : id === chosen) this.#workers.delete(id)
    }
  }

  async deliver(queue: string): Promise<void> {
    for (const worker of this.#workers.values())
      if (worker.queue === queue) await worker.handler([{ id: 'job' }])
  }

  async stop(): Promise<void> {}
  on(): void {}
  getDb() {
    return { opened: false, executeSql: async () => undefined }
  }
}

async function started(): Promise<Supervisor> {
  const supervisor = new Supervisor({ clock: new VirtualClock(), observers: [] })
  onTestFinished(() => supervisor.stop().then(() => undefined))
  await supervisor.start()
  return supervisor
}

const runsOf = (supervisor: Supervisor, name: string): number | undefined =>
  supervisor.task(name)?.metrics().started

const send = async (): Promise<void> => {}

it('keeps the task of a queue while one of its workers is left', async () => {
  const supervisor = await started()
  const host = new Boss()
  const boss = adoptPgBoss(supervisor, host)
  const first = await boss.work('mail', send as never)
  const second = await boss.work('mail', send as never)

  await boss.offWork('mail', { id: first })
  await host.deliver('mail')
  expect(runsOf(supervisor, 'mail')).toBe(1)

  await boss.offWork({ id: second })
  expect(supervisor.task('mail')).toBeUndefined()
})

it('removes the task of a queue that is no longer worked on', async () => {
  const supervisor = await started()
  const boss = adoptPgBoss(supervisor, new Boss())
  await boss.work('mail', send as never)
  await boss.work('mail', send as never)

  await boss.offWork('mail')

  expect(supervisor.task('mail')).toBeUndefined()
})

it('gives a second queue of the same name a task of its own, also after a garbage collection', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const supervisor = await started()
  const hosts = [new Boss(), new Boss()] as const
  await adoptPgBoss(supervisor, hosts[0]).work('mail', send as never)
  // A WeakRef keeps its object until the current job of the event loop has ended.
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  await adoptPgBoss(supervisor, hosts[1]).work('mail', send as never)

  for (const host of hosts) await host.deliver('mail')

  expect([runsOf(supervisor, 'mail'), runsOf(supervisor, 'mail-2')]).toEqual([1, 1])
})

it('keeps the task of a queue whose new worker begins while another one ends', async () => {
  const supervisor = await started()
  const host = new Boss()
  const boss = adoptPgBoss(supervisor, host)
  const first = await boss.work('mail', send as never)

  const second = boss.work('mail', send as never)
  await boss.offWork('mail', { id: first })
  await second
  await host.deliver('mail')

  expect(runsOf(supervisor, 'mail')).toBe(1)
})

it('keeps the task of a queue whose worker begins while all others end', async () => {
  const supervisor = await started()
  const host = new Boss()
  const boss = adoptPgBoss(supervisor, host)
  await boss.work('mail', send as never)

  const ended = boss.offWork('mail')
  await boss.work('mail', send as never)
  await ended
  await host.deliver('mail')

  expect(runsOf(supervisor, 'mail')).toBe(1)
})

it('removes the task of a queue when pg-boss refuses to work on it', async () => {
  const supervisor = await started()
  const host = new Boss()
  const boss = adoptPgBoss(supervisor, host)
  host.work = () => Promise.reject(new Error('the queue mail does not exist'))

  await expect(boss.work('mail', send as never)).rejects.toThrow('the queue mail does not exist')

  expect(supervisor.task('mail')).toBeUndefined()
})
