export type { AdoptOptions } from '../base/options.ts'
export { type AdoptChannelOptions, adoptChannel } from './adopt-channel.ts'
