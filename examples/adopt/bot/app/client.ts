import { adoptDiscord } from '@runwell/adopt/discord'
import { Client, GatewayIntentBits } from 'discord.js'
import { config } from './config.ts'
import { supervisor } from './supervisor.ts'

const { Guilds, GuildMessages, MessageContent } = GatewayIntentBits

export const client = new Client({
  intents: [Guilds, GuildMessages, MessageContent],
  rest: { api: config.api },
})
adoptDiscord(supervisor, client)
