export type { AdoptEach, AdoptedJob, AdoptOptions } from '../base/options.ts'
export { adoptNodeCron } from './adopt-node-cron.ts'
export type { NodeCronLike } from './node-cron-like.ts'
