export type { AdoptEach, AdoptedJob, AdoptOptions } from '../base/options.ts'
export { type AdoptDiscordOptions, adoptDiscord } from './adopt-discord.ts'
export type { ClientHandler, ClientLike } from './client-like.ts'
