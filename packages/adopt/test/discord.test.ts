import { every, Supervisor } from '@runwell/core'
import { recordEvents, VirtualClock } from '@runwell/core/testing'
import { Client, type ClientEvents, Events } from 'discord.js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type AdoptDiscordOptions, adoptDiscord } from '../src/discord/index.ts'

async function adopted(options: AdoptDiscordOptions = {}, prepare = (_client: Client): void => {}) {
  const clock = new VirtualClock()
  const events = recordEvents()
  const supervisor = new Supervisor({ clock, observers: [events] })
  const client = new Client({ intents: [] })
  onTestFinished(() => client.destroy())
  prepare(client)
  await supervisor.start()
  expect(adoptDiscord(supervisor, client, options)).toBe(client)
  const emit = <Event extends keyof ClientEvents>(event: Event, ...args: ClientEvents[Event]): void =>
    void client.emit(event, ...args)
  let isReady = false
  client.isReady = (() => isReady) as never
  const connect = (...shards: number[]): void => {
    isReady = true
    for (const shard of shards) emit(Events.ShardReady, shard, undefined)
    emit(Events.ClientReady, client as Client<true>)
  }
  const health = () => supervisor.task('discord')?.health()
  return { clock, events, supervisor, client, emit, connect, health }
}

describe('adoptDiscord', () => {
  it('is healthy while all shards are connected', async () => {
    const { clock, connect, health } = await adopted()
    expect(health()?.status).toBe('unknown')

    connect(0, 1)
    await clock.advance('1m')

    expect(health()?.status).toBe('healthy')
  })

  it('is healthy with a version before 14.22, which has no event clientReady', async () => {
    const { clock, client, emit, health } = await adopted()
    emit(Events.ShardReady, 0, undefined)
    client.isReady = (() => true) as never
    client.emit('ready' as never, client as never)
    await clock.advance('5m')

    expect(health()?.status).toBe('healthy')
  })

  it('ignores a shard that reconnects at once', async () => {
    const { clock, connect, emit, health } = await adopted()
    connect(0)
    await clock.advance('1m')

    for (let n = 0; n < 5; n += 1) {
      emit(Events.ShardReconnecting, 0)
      await clock.advance('1s')
      emit(Events.ShardResume, 0, 12)
      await clock.advance('1h')
      expect(health()?.status).toBe('healthy')
    }
  })

  it('reports a shard that does not come back', async () => {
    const { clock, connect, emit, health } = await adopted()
    connect(0, 1)
    await clock.advance('1m')

    emit(Events.ShardError, new Error('connect ECONNREFUSED'), 1)
    emit(Events.ShardReconnecting, 1)
    emit(Events.ShardResume, 0, 3)
    await clock.advance('5m')

    expect(health()?.status).toBe('unhealthy')
  })

  it('reports a shard that Discord has closed for good, with the code', async () => {
    const { clock, connect, emit, health, events } = await adopted()
    connect(0)
    await clock.advance('1m')

    emit(Events.ShardDisconnect, { code: 4004, reason: '', wasClean: true } as never, 0)
    await clock.advance('5m')

    expect(health()?.status).toBe('unhealthy')
    expect(events.of('run.ended', 'discord').at(-1)?.error?.message).toBe(
      'Discord closed shard 0 with code 4004, and discord.js does not reconnect',
    )
  })

  it('counts each call of a handler as a run, whenever it was added', async () => {
    const seen: unknown[] = []
    const early = (message: unknown): void => void seen.push(['early', message])
    const { events, client, emit } = await adopted({}, (client) => client.on('messageCreate', early))
    const late = async (interaction: unknown): Promise<void> => {
      seen.push(['late', interaction])
      throw new Error('no such command')
    }
    client.on('interactionCreate', late as never)
    const errors: unknown[] = []
    client.on('error', (error) => errors.push(error.message))
    await new Promise(setImmediate)

    emit('messageCreate', 'a' as never)
    emit('interactionCreate', 'b' as never)
    await new Promise(setImmediate)

    expect(seen).toEqual([
      ['early', 'a'],
      ['late', 'b'],
    ])
    expect(events.of('run.ended').map(({ task, outcome }) => [task, outcome])).toEqual([
      ['discord.messageCreate', 'succeeded'],
      ['discord.interactionCreate', 'failed'],
    ])
    expect(errors).toEqual(['no such command'])
  })

  it('calls, lists and removes the handlers of the client as before', async () => {
    const calls: string[] = []
    const first = (): void => void calls.push('first')
    const once = (): void => void calls.push('once')
    const last = (): void => void calls.push('last')
    const { client, emit } = await adopted({}, (client) => {
      client.on('messageDelete', first).once('messageDelete', once).on('messageDelete', last)
    })
    expect(client.listeners('messageDelete')).toEqual([first, once, last])

    emit('messageDelete', {} as never)
    emit('messageDelete', {} as never)
    expect(calls).toEqual(['first', 'once', 'last', 'first', 'last'])

    client.off('messageDelete', first)
    emit('messageDelete', {} as never)
    expect(calls.slice(5)).toEqual(['last'])
  })

  it('raises no alarm when the application destroys the client, and frees its names', async () => {
    const { clock, supervisor, client, connect, emit } = await adopted({}, (client) =>
      client.on('messageCreate', () => {}),
    )
    connect(0)
    await clock.advance('1m')

    await client.destroy()
    // discord.js treats the closed socket as a lost connection.
    emit(Events.ShardReconnecting, 0)
    await clock.advance('10m')

    expect([...supervisor.tasks()]).toEqual([])
  })

  it('reports a client that destroys itself because it could not log in', async () => {
    const { clock, client, health } = await adopted()

    await client.destroy() // a failed `login` also calls this
    await clock.advance('10m')

    expect(health()?.status).toBe('unhealthy')
  })

  it('removes the task of an event whose last handler was removed', async () => {
    const handler = (): void => {}
    const { supervisor, client } = await adopted({}, (client) => client.on('messageCreate', handler))
    const names = () => [...supervisor.tasks()].map(({ name }) => name)
    client.off('messageCreate', handler).on('messageCreate', () => {})
    await new Promise(setImmediate)
    expect(names()).toEqual(['discord', 'discord.messageCreate'])

    client.removeAllListeners('messageCreate')
    await new Promise(setImmediate)

    expect(names()).toEqual(['discord'])
  })

  it('takes options for the tasks of handlers', async () => {
    const handlers = ({ name }: { readonly name: string }) =>
      name === 'discord.messageCreate' ? { category: 'chat', expects: every('1h') } : undefined
    const { supervisor, clock } = await adopted({ handlers }, (client) =>
      client.on('messageCreate', () => {}),
    )
    expect(supervisor.task('discord.messageCreate')?.info.category).toBe('chat')

    await clock.advance('70m')

    expect(supervisor.task('discord.messageCreate')?.health().status).toBe('unhealthy')
  })

  it('leaves handlers alone with handlers: false', async () => {
    const { supervisor, emit } = await adopted({ handlers: false }, (client) =>
      client.on('messageCreate', () => {}),
    )

    emit('messageCreate', {} as never)

    expect(supervisor.task('discord.messageCreate')).toBeUndefined()
  })

  it('destroys the client after other tasks have stopped', async () => {
    const { supervisor, client, connect, clock, health } = await adopted()
    connect(0)
    const order: string[] = []
    supervisor.external({ name: 'mails', control: { stop: () => void order.push('mails') } })
    const destroy = client.destroy.bind(client)
    client.destroy = async () => {
      order.push('client')
      await destroy()
    }

    const stopped = supervisor.stop()
    await clock.advance('1s')
    const report = await stopped

    expect(order).toEqual(['mails', 'client'])
    expect(report.abandoned).toEqual([])
    expect(health()?.status).not.toBe('unhealthy')
  })

  it('adopts a client once', async () => {
    const { supervisor, client } = await adopted()
    const task = supervisor.task('discord')

    adoptDiscord(supervisor, client)

    expect(supervisor.task('discord')).toBe(task)
    expect(supervisor.task('discord-2')).toBeUndefined()
  })
})
