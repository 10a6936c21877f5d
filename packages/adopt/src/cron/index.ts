export type { AdoptOptions } from '../base/options.ts'
export { adoptCronJob } from './adopt-cron-job.ts'
export type { CronJobParamsLike } from './cron-like.ts'
