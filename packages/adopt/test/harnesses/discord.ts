import { once } from 'node:events'
import { every } from '@runwell/core'
import { Client, Events } from 'discord.js'
import { adoptDiscord } from '../../src/discord/index.ts'
import type { AdopterHarness } from '../../src/testing/index.ts'
import { CallWatch } from './call-watch.ts'
import type { DiscordGateway } from './discord-gateway.ts'

let sent = 0

export function discordHarness(gateway: DiscordGateway, periodMs: number): AdopterHarness {
  return {
    periodMs,
    time: 'real',
    msPerSecond: 20,
    furtherTasks: ['bot'],
    async start({ supervisor, name, job, report }) {
      const client = new Client({ intents: [], rest: { api: gateway.api } })
      const calls = new CallWatch()
      client.on(Events.InteractionCreate, calls.watch(job) as never)
      client.on(Events.Error, report)
      const expects = every(periodMs, { anchor: 'start' })
      const adopt = () =>
        supervisor && adoptDiscord(supervisor, client, { name: 'bot', handlers: () => ({ name, expects }) })
      adopt()
      const ready = once(client, Events.ClientReady)
      await client.login('token')
      await ready
      let isRemoved = false
      return {
        adoptAgain: adopt,
        remove() {
          isRemoved = true
          void client.destroy()
        },
        async next() {
          if (isRemoved) return
          sent += 1
          await calls.next(() => gateway.sendCommand(String(sent)))
        },
      }
    },
  }
}
