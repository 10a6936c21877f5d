import { client } from './client.ts'
import { Digest } from './cogs/digest.ts'
import { Feeds } from './cogs/feeds.ts'
import { Moderation } from './cogs/moderation.ts'
import { Presence } from './cogs/presence.ts'
import { Reminders } from './cogs/reminders.ts'
import { config } from './config.ts'
import { Store } from './store.ts'

const store = new Store()
for (const Cog of [Digest, Feeds, Moderation, Presence, Reminders]) new Cog(client, store).load()

client.on('error', (error) => console.error('discord:', error.message))
client.once('clientReady', ({ user }) => console.log(`logged in as ${user.username}`))
await client.login(config.token)
