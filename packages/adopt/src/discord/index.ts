export type { AdoptOptions } from '../base/options.ts'
export { type AdoptDiscordOptions, adoptDiscord } from './adopt-discord.ts'
export type { ClientLike } from './client-like.ts'
